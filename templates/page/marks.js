/** Marks of a run as annotations of a chart. */
loadkit.marks = (() => {
  const { color, tint } = loadkit.theme;
  const opacity = { phase: 0.08, threshold: 0.14, finding: 0.08 };
  const leastLabel = 4;
  const labelRows = 6;
  const besideLine = 3;
  const labelHeight = 22;

  /** @param state `{ hidden: Set of kinds, reached: the stretch that was jumped to }` */
  function annotations(group, state) {
    const found = {};
    const shown = group.marks.filter(({ kind }) => !state.hidden.has(kind));
    group.marks.forEach((mark, index) => {
      if (state.hidden.has(mark.kind)) return;
      found[`mark${index}`] = mark.to === null ? moment(mark, shown) : stretch(mark);
      if (mark.kind === 'phase' && mark.from > 0) found[`begin${index}`] = beginning(mark);
    });
    if (state.reached !== null) found.reached = reached(state.reached);
    return found;
  }

  function stretch({ kind, label, from, to }) {
    const isNamed = kind === 'phase';
    return {
      type: 'box',
      xMin: from,
      xMax: to,
      drawTime: 'beforeDatasetsDraw',
      backgroundColor: tint(`mark-${kind}`, opacity[kind] ?? 0.1),
      borderColor: tint(`mark-${kind}`, 0.8),
      borderWidth: kind === 'finding' ? 1 : 0,
      borderDash: [4, 3],
      label: {
        display: (context) => isNamed && fits(context, label),
        content: label,
        position: { x: 'start', y: 'start' },
        color: color('axis'),
        font: { size: 11, weight: 'normal' },
        padding: leastLabel,
      },
    };
  }

  function beginning({ kind, from }) {
    return {
      type: 'line',
      xMin: from,
      xMax: from,
      borderColor: color(`mark-${kind}`),
      borderWidth: 1,
      borderDash: [3, 3],
    };
  }

  /** A label that is wider than what it names would stand over its neighbours. */
  function fits({ chart, element }, label) {
    return element.width === undefined || widthOf(chart, label) + 2 * leastLabel < element.width;
  }

  function widthOf({ ctx }, label) {
    ctx.save();
    ctx.font = `11px ${Chart.defaults.font.family}`;
    const { width } = ctx.measureText(label);
    ctx.restore();
    return width;
  }

  /**
   * Where the names of the moments stand: beside their line, in the first row in which no former name is in the way. Those that
   * follow each other within seconds are named below each other; where no row is left, the text beside the pointer names them.
   * @returns by mark: the middle and the width of its name in pixels, and its row
   */
  function places(chart, shown) {
    const { left, right } = chart.chartArea;
    const first = shown.some(({ kind, to }) => kind === 'phase' && to !== null) ? 1 : 0;
    const free = new Array(labelRows).fill(left);
    const found = new Map();
    const moments = shown.filter(({ to }) => to === null).sort((a, b) => a.from - b.from);
    for (const mark of moments) {
      const at = chart.scales.x.getPixelForValue(mark.from);
      const width = widthOf(chart, mark.label) + 2 * leastLabel;
      const begin = Math.max(left, Math.min(at + besideLine, right - width));
      const row = free.findIndex((end) => end <= begin);
      if (at < left || at > right || row < 0) continue;
      free[row] = begin + width + besideLine;
      found.set(mark, { middle: begin + width / 2, width, row: first + row });
    }
    return found;
  }

  /** The plugin puts a name in the middle of its line, or as near to that as the chart lets it, and moves it from there. */
  function fromMiddle(chart, place, { from }) {
    if (place === undefined) return 0;
    const { middle, width } = place;
    const { left, right } = chart.chartArea;
    const half = width / 2 + leastLabel;
    const at = Math.min(Math.max(chart.scales.x.getPixelForValue(from), left + half), right - half);
    return middle - at;
  }

  function moment(mark, shown) {
    const { kind, label, from } = mark;
    const place = ({ chart }) => places(chart, shown).get(mark);
    return {
      type: 'line',
      xMin: from,
      xMax: from,
      borderColor: color(`mark-${kind}`),
      borderWidth: 2,
      label: {
        // Over the lines of the other moments.
        z: 1,
        display: (context) => place(context) !== undefined,
        content: label,
        position: 'end',
        xAdjust: (context) => fromMiddle(context.chart, place(context), mark),
        yAdjust: (context) => (place(context)?.row ?? 0) * labelHeight,
        backgroundColor: color('tip'),
        color: color('tip-ink'),
        font: { size: 11, weight: 'normal' },
        padding: leastLabel,
      },
    };
  }

  function reached({ from, to }) {
    const width = 2;
    return {
      type: 'box',
      xMin: from,
      xMax: to,
      drawTime: 'beforeDatasetsDraw',
      backgroundColor: tint('mark-finding', 0.12),
      borderColor: color('mark-finding'),
      borderWidth: width,
    };
  }

  /** What is marked at a second, for the text beside the pointer. */
  function at(group, state, second) {
    const end = second + group.step;
    const isThere = ({ from, to }) => (to === null ? from >= second && from < end : from < end && to > second);
    const labels = group.marks
      .filter((mark) => !state.hidden.has(mark.kind) && isThere(mark))
      .map(({ label }) => label);
    return [...new Set(labels)];
  }

  return { annotations, at };
})();
