/** A metric with its tags, in k6's notation: `kafka_consumer_lag{group:point-accrual,topic:order.completed}`. */
export interface Metric {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

// Percent-encoded, so that a stranger's URL in a tag cannot break the key. A blank at the edge would be trimmed away.
const reserved = /[%{},:\n\r]|^[ \t]|[ \t]$/g;
const blanks = ' \t\n\r';

function encodeTag(text: string): string {
  return text.replace(reserved, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function decodeTag(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Not a pattern: one that looks for blanks at the end takes the square of the blanks in the middle. */
function trim(text: string): string {
  let [first, end] = [0, text.length];
  while (first < end && blanks.includes(text.charAt(first))) first += 1;
  while (end > first && blanks.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(first, end);
}

/** Key of a metric; tags sorted by name, so that equal metrics have equal keys. */
export function metricKey(name: string, tags: Readonly<Record<string, string>> = {}): string {
  const parts = Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => `${encodeTag(tag)}:${encodeTag(value)}`);
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
}

/** Inverse of `metricKey`. Also reads k6's threshold selectors such as `http_req_duration{name:issue_coupon}`. */
export function parseMetricKey(key: string): Metric {
  const brace = key.indexOf('{');
  if (brace < 0) return { name: key.trim(), tags: {} };
  const tags = new Map<string, string>();
  for (const part of key.slice(brace + 1, key.lastIndexOf('}')).split(',')) {
    const colon = part.indexOf(':');
    if (colon > 0) tags.set(decodeTag(trim(part.slice(0, colon))), decodeTag(trim(part.slice(colon + 1))));
  }
  return { name: key.slice(0, brace).trim(), tags: Object.fromEntries(tags) };
}

/** `parseMetricKey` that reads each key once: a long run repeats the same few hundred keys every second. */
export function metricKeyReader(): (key: string) => Metric {
  const known = new Map<string, Metric>();
  return (key) => {
    const metric = known.get(key) ?? parseMetricKey(key);
    known.set(key, metric);
    return metric;
  };
}

/** True when `metric` has the selector's name and at least all of its tags. */
export function selects(selector: Metric, metric: Metric): boolean {
  if (selector.name !== metric.name) return false;
  return Object.entries(selector.tags).every(([tag, value]) => metric.tags[tag] === value);
}

/** True when it is the key of a metric with that name, whatever its tags; without reading them. */
export function isOf(key: string, name: string): boolean {
  return key.startsWith(name) && (key.length === name.length || key[name.length] === '{');
}
