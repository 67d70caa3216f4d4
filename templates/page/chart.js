/** One chart of a group, drawn by Chart.js. */
loadkit.chart = (() => {
  const { color, tint, stroke, fill } = loadkit.theme;
  const { texts, lang } = loadkit.data;
  const axisWidth = () => (window.innerWidth < 640 ? 46 : 62);
  const longRun = 180;
  const shortLabel = 60;

  Chart.defaults.animation = false;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.maintainAspectRatio = false;

  const short = (text) => (text.length <= shortLabel ? text : `${text.slice(0, shortLabel - 1)}…`);
  const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
  const coarse = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

  /** `75` → `1:15` in a run of minutes. */
  function clock(seconds, group) {
    const round = Math.round(seconds * 10) / 10;
    if (group.points * group.step < longRun) return fill(texts.at, { at: String(round) });
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  }

  /** The time of day in the zone of the run, where the browser knows it. */
  function timeOfDay(seconds, { startedAt, timeZone }) {
    try {
      const options = { timeStyle: 'medium', hourCycle: 'h23', timeZone };
      return new Intl.DateTimeFormat(lang, options).format(startedAt + seconds * 1000);
    } catch {
      return '';
    }
  }

  function moment(seconds, group) {
    const time = timeOfDay(seconds, group);
    return time === '' ? clock(seconds, group) : `${clock(seconds, group)} (${time})`;
  }

  function timeData({ lines }, group) {
    return {
      datasets: lines.map(({ label, role, values }, index) => {
        const { color: own, dash, width } = stroke(role, index);
        return {
          label: short(label),
          data: values.map((y, at) => ({ x: at * group.step, y })),
          borderColor: own,
          backgroundColor: own,
          borderDash: dash,
          borderWidth: width,
          // A point between two gaps has no line.
          pointRadius: values.map((y, at) => (y !== null && isGap(values[at - 1]) && isGap(values[at + 1]) ? 3 : 0)),
          pointHoverRadius: 4,
          spanGaps: false,
        };
      }),
    };
  }

  const isGap = (value) => value === null || value === undefined;

  function time(canvas, chart, group, state, onZoom, extra) {
    return new Chart(canvas, {
      type: 'line',
      data: timeData(chart, group),
      plugins: extra,
      options: {
        parsing: false,
        normalized: true,
        interaction: { mode: 'index', intersect: false, axis: 'x' },
        layout: { padding: { top: 6, right: 12 } },
        scales: { x: timeAxis(group), y: valueAxis() },
        plugins: {
          legend: { display: false },
          tooltip: timeTooltip(chart, group, state),
          annotation: { annotations: loadkit.marks.annotations(group, state) },
          zoom: {
            limits: { x: { min: 0, max: state.end, minRange: state.least } },
            zoom: {
              mode: 'x',
              drag: { enabled: true, backgroundColor: tint('bar', 0.2), threshold: 6 },
              wheel: { enabled: true, modifierKey: 'ctrl' },
              pinch: { enabled: true },
              onZoom,
            },
          },
        },
      },
    });
  }

  function timeAxis(group) {
    return {
      type: 'linear',
      min: 0,
      max: group.points * group.step,
      grid: { color: color('grid') },
      border: { color: color('axis') },
      ticks: {
        color: color('axis'),
        maxRotation: 0,
        autoSkipPadding: 12,
        includeBounds: false,
        callback: (value) => clock(value, group),
      },
    };
  }

  /** Of one width, so that a second stands in one line through all charts. */
  function valueAxis() {
    return {
      beginAtZero: true,
      grace: '5%',
      grid: { color: color('grid') },
      border: { color: color('axis') },
      ticks: { color: color('axis'), maxTicksLimit: 6, callback: (value) => number.format(value) },
      afterFit: (scale) => {
        scale.width = axisWidth();
      },
    };
  }

  function tooltip() {
    return {
      backgroundColor: color('tip'),
      titleColor: color('tip-ink'),
      bodyColor: color('tip-ink'),
      footerColor: color('tip-ink'),
      footerFont: { weight: 'normal' },
      multiKeyBackground: color('tip'),
      boxPadding: 4,
      caretPadding: 12,
    };
  }

  function timeTooltip({ unit }, group, state) {
    return {
      ...tooltip(),
      callbacks: {
        title: ([item]) => (item === undefined ? '' : moment(item.parsed.x, group)),
        label: ({ dataset, parsed }) => `${dataset.label}: ${number.format(parsed.y)} ${unit}`,
        footer: ([item]) => (item === undefined ? '' : loadkit.marks.at(group, state, item.parsed.x).map(short)),
      },
    };
  }

  /** Bars of the same width: the buckets are wider the slower they are. */
  function distribution(canvas, { buckets, marks }) {
    const label = ({ fromMs, toMs }) => `${coarse.format(fromMs)}–${coarse.format(toMs)} ms`;
    const total = buckets.reduce((sum, { count }) => sum + count, 0);
    return new Chart(canvas, {
      type: 'bar',
      data: {
        labels: buckets.map(label),
        datasets: [
          {
            label: texts.answers,
            data: buckets.map(({ count }) => count),
            backgroundColor: color('bar'),
            barPercentage: 1,
            categoryPercentage: 0.94,
          },
        ],
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        layout: { padding: { top: 22, right: 12 } },
        scales: {
          x: {
            grid: { display: false },
            border: { color: color('axis') },
            ticks: {
              color: color('axis'),
              maxRotation: 0,
              autoSkipPadding: 16,
              callback: (index) => `${coarse.format(buckets[index].fromMs)} ms`,
            },
          },
          y: valueAxis(),
        },
        plugins: {
          legend: { display: false },
          tooltip: {
            ...tooltip(),
            callbacks: {
              label: ({ raw }) => `${texts.answers}: ${number.format(raw)} (${number.format((100 * raw) / total)}%)`,
            },
          },
          annotation: { clip: false, annotations: quantileLines(buckets, marks) },
          zoom: { zoom: { wheel: { enabled: false }, drag: { enabled: false }, pinch: { enabled: false } } },
        },
      },
    });
  }

  function quantileLines(buckets, marks) {
    return marks.map(({ label, ms }, index) => {
      const at = place(buckets, ms);
      return {
        type: 'line',
        scaleID: 'x',
        value: at,
        borderColor: color(`line-${label}`) || color('axis'),
        borderWidth: 2,
        borderDash: stroke(label, 0).dash,
        label: {
          display: true,
          content: `${label} ${coarse.format(ms)} ms`,
          position: 'start',
          yAdjust: -20 + index * 22,
          xAdjust: at > buckets.length * 0.7 ? -52 : 52,
          backgroundColor: color('ground'),
          color: color('ink'),
          font: { size: 11, weight: 'normal' },
          padding: 2,
        },
      };
    });
  }

  /** Where a time stands among the bars: a bar is as wide as its bucket on a logarithmic scale. */
  function place(buckets, ms) {
    const index = buckets.findIndex(({ toMs }) => ms <= toMs);
    if (index < 0) return buckets.length - 0.5;
    const { fromMs, toMs } = buckets[index];
    const share = fromMs > 0 && ms > fromMs ? Math.log(ms / fromMs) / Math.log(toMs / fromMs) : 0.5;
    return index - 0.5 + Math.min(1, share);
  }

  return { time, distribution, clock, moment, number };
})();
