/** What the scripts of the page share; each adds its own part. */
globalThis.loadkit = { data: JSON.parse(document.getElementById('data').textContent) };

/** Colours and dashes of the charts: they stand in the style of the page, light or dark. */
loadkit.theme = (() => {
  const dashes = { rejected: [7, 3], dropped: [2, 3], p95: [7, 3], p99: [2, 3] };
  const plainDashes = [[], [7, 3], [2, 3]];
  const widths = { failed: 2.5 };
  const plainColors = 8;

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  /** The colour with an opacity, for areas. */
  function tint(name, opacity) {
    const hex = color(name);
    return `${hex}${Math.round(opacity * 255)
      .toString(16)
      .padStart(2, '0')}`;
  }

  /** How a line is drawn, by its role; a plain one by its place in the chart. */
  function stroke(role, index) {
    if (role !== 'plain') return { color: color(`line-${role}`), dash: dashes[role] ?? [], width: widths[role] ?? 2 };
    return {
      color: color(`line-${(index % plainColors) + 1}`),
      dash: plainDashes[index % plainDashes.length],
      width: 2,
    };
  }

  /** Dashes of a border are not those of a canvas, but told apart as well. */
  const borderStyle = (dash) => (dash.length === 0 ? 'solid' : dash[0] > 4 ? 'dashed' : 'dotted');

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  return { color, tint, stroke, borderStyle, fill };
})();
