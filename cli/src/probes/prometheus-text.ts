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
const labelForm = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"/y;
const afterLabel = /\s*(,?)/y;

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
  const labels = new Map<string, string>();
  let at = 1;
  for (;;) {
    labelForm.lastIndex = at;
    const [begin, label] = labelForm.exec(text) ?? [];
    if (begin === undefined || label === undefined) break;
    const from = at + begin.length;
    const quote = closingQuote(text, from);
    if (quote === -1) return undefined;
    labels.set(label, unescapeLabel(text.slice(from, quote)));
    afterLabel.lastIndex = quote + 1;
    const [after = '', comma] = afterLabel.exec(text) ?? [];
    at = quote + 1 + after.length;
    if (comma !== ',') break;
  }
  const end = /^\s*\}/.exec(text.slice(at));
  return end === null ? undefined : { labels: Object.fromEntries(labels), rest: text.slice(at + end[0].length) };
}

/** -1 where there is none. Not a pattern, which would need the stack for each character of a long value. */
function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return -1;
}

function unescapeLabel(text: string): string {
  return text.replace(/\\(.)/g, (whole, char: string) => {
    if (char === 'n') return '\n';
    return char === '"' || char === '\\' ? char : whole;
  });
}

function parseValue(text: string): number | undefined {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite === null) return undefined;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
