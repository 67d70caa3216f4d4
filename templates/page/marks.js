/** Marks of a run as annotations of a chart. */
loadkit.marks = (() => {
  const { color, tint } = loadkit.theme;
  const opacity = { phase: 0.08, threshold: 0.14, finding: 0.08 };
  const leastLabel = 4;
  const labelRows = 6;
  const labelHeight = 20;

  /** @param state `{ hidden: Set of kinds, reached: the stretch that was jumped to }` */
  function annotations(group, state) {
    const found = {};
    let moments = 0;
    group.marks.forEach((mark, index) => {
      if (state.hidden.has(mark.kind)) return;
      // Those that follow each other within seconds are named below each other.
      found[`mark${index}`] = mark.to === null ? moment(mark, moments++ % labelRows) : stretch(mark);
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
    const { ctx } = chart;
    ctx.save();
    ctx.font = `11px ${Chart.defaults.font.family}`;
    const { width } = ctx.measureText(label);
    ctx.restore();
    return element.width === undefined || width + 2 * leastLabel < element.width;
  }

  function moment({ kind, label, from }, row) {
    return {
      type: 'line',
      xMin: from,
      xMax: from,
      borderColor: color(`mark-${kind}`),
      borderWidth: 2,
      label: {
        display: true,
        content: label,
        position: 'end',
        yAdjust: row * labelHeight,
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
