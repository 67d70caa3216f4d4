/** The charts of one run: they are zoomed together, and a second that is pointed at is shown in all of them. */
loadkit.group = (group) => {
  const { color, stroke, borderStyle, fill } = loadkit.theme;
  const { texts } = loadkit.data;
  const root = document.getElementById(group.id);
  const tools = root.querySelector('.tools');
  const end = group.points * group.step;
  const state = { hidden: new Set(), reached: null, end, least: Math.min(end, 4 * group.step) };
  let range = { min: 0, max: end };
  let pointed = null;
  let drawn = [];

  const plotOf = (id) => document.getElementById(`${group.id}-${id}`);
  const canvasOf = (id) => plotOf(id).querySelector('canvas');

  /** A line through all charts at the second that is pointed at. */
  const crosshair = {
    id: 'crosshair',
    afterDatasetsDraw: ({ ctx, chartArea: { top, bottom }, scales: { x } }) => {
      if (pointed === null || pointed * group.step < range.min || pointed * group.step > range.max) return;
      const at = x.getPixelForValue(pointed * group.step);
      ctx.save();
      ctx.strokeStyle = color('axis');
      ctx.setLineDash([4, 3]);
      ctx.beginPath();
      ctx.moveTo(at, top);
      ctx.lineTo(at, bottom);
      ctx.stroke();
      ctx.restore();
    },
    afterEvent: (chart, { event, inChartArea }) => {
      if (event.type === 'mouseout' || !inChartArea) return point(null);
      const at = Math.round(chart.scales.x.getValueForPixel(event.x) / group.step);
      return point(Math.min(group.points - 1, Math.max(0, at)));
    },
  };

  function point(index) {
    if (index === pointed) return;
    pointed = index;
    for (const { chart } of drawn) if (isSeen(chart.canvas)) show(chart);
  }

  function show(chart) {
    const visible = chart.data.datasets.flatMap((dataset, datasetIndex) =>
      pointed !== null && chart.isDatasetVisible(datasetIndex) && dataset.data[pointed].y !== null
        ? [{ datasetIndex, index: pointed }]
        : [],
    );
    const { x, chartArea } = {
      x: chart.scales.x.getPixelForValue((pointed ?? 0) * group.step),
      chartArea: chart.chartArea,
    };
    chart.setActiveElements(visible);
    chart.tooltip.setActiveElements(visible, { x, y: (chartArea.top + chartArea.bottom) / 2 });
    chart.draw();
  }

  function isSeen(canvas) {
    const { top, bottom } = canvas.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  }

  function zoomTo(min, max) {
    const length = Math.min(end, Math.max(state.least, max - min));
    const from = Math.min(Math.max(0, min), end - length);
    range = { min: from, max: from + length };
    for (const { chart } of drawn) {
      Object.assign(chart.options.scales.x, range);
      chart.update('none');
    }
    tell();
  }

  function tell() {
    const isWhole = range.min <= 0 && range.max >= end;
    const [from, to] = [range.min, range.max].map((value) => String(Math.round(value * 10) / 10));
    tools.querySelector('.range').textContent = isWhole ? texts.whole : fill(texts.range, { from, to });
  }

  const acts = {
    in: () => scaled(0.5),
    out: () => scaled(2),
    earlier: () => moved(-0.5),
    later: () => moved(0.5),
    whole: () => {
      state.reached = null;
      mark();
      zoomTo(0, end);
    },
  };

  function scaled(factor) {
    const isPointed = pointed !== null && pointed * group.step >= range.min && pointed * group.step <= range.max;
    const middle = isPointed ? pointed * group.step : (range.min + range.max) / 2;
    const half = ((range.max - range.min) * factor) / 2;
    zoomTo(middle - half, middle + half);
  }

  function moved(share) {
    const by = (range.max - range.min) * share;
    zoomTo(range.min + by, range.max + by);
  }

  function mark() {
    for (const { chart } of drawn) {
      chart.options.plugins.annotation.annotations = loadkit.marks.annotations(group, state);
      chart.update('none');
    }
  }

  /** Shows a stretch with as much again on either side. */
  function reach(from, to, chartId) {
    state.reached = { from, to: Math.max(to, from + group.step) };
    const around = Math.max(state.least, to - from);
    mark();
    zoomTo(from - around, to + around);
    const figure = chartId === null ? root.querySelector('figure') : plotOf(chartId);
    const canvas = figure.querySelector('canvas');
    figure.scrollIntoView({ block: 'start' });
    canvas.focus({ preventScroll: true });
    for (const plot of root.querySelectorAll('.plot.reached')) plot.classList.remove('reached');
    canvas.parentElement.classList.add('reached');
  }

  /** The chart that draws one of these metrics; k6's times and counts have charts of their own. */
  function chartOf(metrics) {
    for (const metric of metrics) {
      const isOf = ({ lines }) => lines.some(({ id }) => id === metric || id.startsWith(`${metric} `));
      const found = group.charts.find(isOf)?.id ?? byK6(metric);
      if (found !== null && group.charts.some(({ id }) => id === found)) return found;
    }
    return null;
  }

  function byK6(metric) {
    if (/^(http_req_(?!failed)|iteration_duration)/.test(metric)) return 'latency';
    return /^(http_req|iterations|dropped_iterations|bad_answers)/.test(metric) ? 'throughput' : null;
  }

  function keys(event, chart, unit) {
    const step = event.shiftKey ? 10 : 1;
    const to = (index) => {
      point(Math.min(group.points - 1, Math.max(0, index)));
      speak(chart, unit);
    };
    const first = Math.ceil(range.min / group.step);
    const last = Math.floor(range.max / group.step);
    const known = {
      ArrowLeft: () => to((pointed ?? last + 1) - step),
      ArrowRight: () => to((pointed ?? first - 1) + step),
      Home: () => to(first),
      End: () => to(last),
      '+': acts.in,
      '=': acts.in,
      '-': acts.out,
      Escape: acts.whole,
    };
    if (event.ctrlKey || event.metaKey || event.altKey || known[event.key] === undefined) return;
    event.preventDefault();
    known[event.key]();
  }

  /** What the pointer would show, for who hears it. */
  function speak(chart, unit) {
    const values = chart.data.datasets
      .filter((dataset, index) => chart.isDatasetVisible(index) && dataset.data[pointed].y !== null)
      .map(({ label, data }) => `${label} ${loadkit.chart.number.format(data[pointed].y)} ${unit}`);
    const marked = loadkit.marks.at(group, state, pointed * group.step);
    const moment = loadkit.chart.clock(pointed * group.step, group);
    tools.querySelector('.spoken').textContent = [moment, ...values, ...marked].join(', ');
  }

  function legend({ id, title, lines }) {
    const list = plotOf(id).querySelector('.legend');
    list.setAttribute('aria-label', fill(texts.legend, { title }));
    list.hidden = false;
    lines.forEach(({ label }, index) => {
      const [button, swatch] = [document.createElement('button'), document.createElement('span')];
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      swatch.className = 'swatch';
      button.append(swatch, label);
      button.addEventListener('click', () => {
        const { chart } = drawn.find((one) => one.id === id);
        const isShown = button.getAttribute('aria-pressed') === 'false';
        button.setAttribute('aria-pressed', String(isShown));
        chart.setDatasetVisibility(index, isShown);
        chart.update('none');
      });
      list.append(button);
    });
  }

  function colourLegends() {
    for (const { id, lines } of group.charts) {
      const swatches = plotOf(id).querySelectorAll('.legend .swatch');
      lines.forEach(({ role }, index) => {
        const { color: own, dash } = stroke(role, index);
        swatches[index].style.borderTopColor = own;
        swatches[index].style.borderTopStyle = borderStyle(dash);
      });
    }
  }

  /** Draws everything, also again where colours changed; what is hidden stays hidden. */
  function draw() {
    const hidden = new Map(
      drawn.map(({ id, chart }) => [id, chart.data.datasets.map((_, at) => !chart.isDatasetVisible(at))]),
    );
    for (const { chart } of drawn) chart.destroy();
    drawn = group.charts.map((one) => {
      const onZoom = ({ chart }) => zoomTo(chart.scales.x.min, chart.scales.x.max);
      const chart = loadkit.chart.time(canvasOf(one.id), one, group, state, onZoom, [crosshair]);
      (hidden.get(one.id) ?? []).forEach((isHidden, at) => {
        if (isHidden) chart.setDatasetVisibility(at, false);
      });
      return { id: one.id, chart };
    });
    if (tools !== null) zoomTo(range.min, range.max);
    colourLegends();
    for (const { chart } of distributions) chart.destroy();
    distributions = group.distributions.map((one) => ({ chart: loadkit.chart.distribution(canvasOf(one.id), one) }));
  }
  let distributions = [];

  for (const hidden of root.querySelectorAll('.for-script')) hidden.hidden = false;
  for (const one of group.charts) {
    legend(one);
    canvasOf(one.id).addEventListener('keydown', (event) => {
      keys(event, drawn.find(({ id }) => id === one.id).chart, one.unit);
    });
    canvasOf(one.id).addEventListener('blur', () => point(null));
  }
  if (tools !== null) {
    tools.hidden = false;
    for (const button of tools.querySelectorAll('[data-act]'))
      button.addEventListener('click', acts[button.dataset.act]);
    for (const box of tools.querySelectorAll('[data-kind]')) {
      box.addEventListener('change', () => {
        if (box.checked) state.hidden.delete(box.dataset.kind);
        else state.hidden.add(box.dataset.kind);
        mark();
      });
    }
  }
  draw();

  return {
    draw,
    reach,
    chartOf,
    root,
    charts: () => [...drawn, ...distributions].map(({ chart }) => chart),
    range: () => range,
  };
};
