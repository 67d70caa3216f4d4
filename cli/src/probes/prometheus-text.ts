/** One sample of the Prometheus text format. `value` may be NaN or infinite. */
export interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Reads the Prometheus text format 0.0.4 and the parts of OpenMetrics that servers send under the same path
 * (`# EOF`, exemplars, timestamps; the latter two are dropped).
 * Lines that are no samples are counted, not thrown, so that one bad line does not cost the rest.
 */
export function parsePrometheusText(text: string): { samples: PrometheusSample[]; unreadable: number } {
  const samples: PrometheusSample[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const sample = parseSample(trimmed);
    if (sample === undefined) unreadable += 1;
    else samples.push(sample);
  }
  return { samples, unreadable };
}

const nameForm = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const labelForm = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,?)/y;

function parseSample(line: string): PrometheusSample | undefined {
  const name = nameForm.exec(line)?.[0];
  if (name === undefined) return undefined;
  const afterName = line.slice(name.length).trimStart();
  const labelled = afterName.startsWith('{') ? parseLabels(afterName) : { labels: {}, rest: afterName };
  if (labelled === undefined) return undefined;
  const value = parseValue(labelled.rest.trimStart().split(/\s/, 1)[0] ?? '');
  return value === undefined ? undefined : { name, labels: labelled.labels, value };
}

/** `text` starts with `{`. */
function parseLabels(text: string): { labels: Record<string, string>; rest: string } | undefined {
  const labels: Record<string, string> = {};
  let at = 1;
  for (;;) {
    labelForm.lastIndex = at;
    const found = labelForm.exec(text);
    if (found === null) break;
    const [whole, label, value] = found;
    if (label !== undefined && value !== undefined) labels[label] = unescapeLabel(value);
    at += whole.length;
    if (found[3] !== ',') break;
  }
  const end = /^\s*\}/.exec(text.slice(at));
  return end === null ? undefined : { labels, rest: text.slice(at + end[0].length) };
}

function unescapeLabel(text: string): string {
  return text.replace(/\\(.)/g, (whole, char: string) => {
    if (char === 'n') return '\n';
    return char === '"' || char === '\\' ? char : whole;
  });
}

function parseValue(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite === null) return undefined;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
