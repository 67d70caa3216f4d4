import type { Metric } from './metric-key.ts';

/** The metric and tags that a threshold's key selects, as k6 reads it: quotes around a tag or its value do not count. */
export function parseK6Selector(key: string): Metric {
  const brace = key.indexOf('{');
  if (brace < 0) return { name: key.trim(), tags: {} };
  const unquoted = (text: string) => text.trim().replace(/^["']+|["']+$/g, '');
  const pairs = key.slice(brace + 1, key.lastIndexOf('}')).split(',');
  const tags = pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const colon = pair.indexOf(':');
      return colon < 0 ? [unquoted(pair), ''] : [unquoted(pair.slice(0, colon)), unquoted(pair.slice(colon + 1))];
    });
  return { name: key.slice(0, brace).trim(), tags: Object.fromEntries(tags) };
}
