import { metricKey, parseMetricKey } from '../record/metric-key.ts';
import { namePattern, otherNames } from '../record/name-pattern.ts';
import type { Load } from '../record/run-record.ts';
import type { LoadLine } from '../record/series.ts';
import { mergeHistograms } from '../stats/histogram.ts';

/** Keeps what a run records bounded, however many URLs and tags its script makes. */
export interface SeriesCap {
  /** The line with the tags of what goes beyond the bounds folded; every sum stays what it was. */
  bound(line: LoadLine): LoadLine;
  /** Null when nothing was folded. */
  folded(): Load['folded'];
}

type Tags = Readonly<Record<string, string>>;

/** More names than this are no list of APIs but URLs with a value in each. */
const mostNames = 100;
/** Tag sets that are kept whole, over all metrics. */
const mostTagSets = 1_000;
/** Beyond it the names are no longer told apart to be counted. */
const mostCounted = 10_000;

/** The only tag of what goes beyond the number of tag sets that k6's SDK keeps apart in an export. */
const overflow = 'otel.metric.overflow';

/** What stays of a tag set beyond the bounds: few values each, and all that the analysis asks of a request. */
const lasting = new Set([
  ...['scenario', 'name', 'method', 'status', 'expected_response', 'error_code'],
  // Of a k6 Rate, and of what k6's own SDK folded.
  ...['condition', overflow],
]);

const overflowingRequests = metricKey('http_reqs', { [overflow]: 'true' });

export function createSeriesCap(): SeriesCap {
  const names = createNames();
  const tagSets = new Set<string>();
  const foldedTags = new Set<string>();
  const whole = new Set<string>();
  let untagged = 0;

  const boundTags = (tags: Tags): Tags => {
    const named = names.bound(tags);
    const set = metricKey('', named);
    if (tagSets.has(set)) return named;
    if (tagSets.size < mostTagSets) {
      tagSets.add(set);
      return named;
    }
    for (const tag of Object.keys(named)) if (!lasting.has(tag)) foldedTags.add(tag);
    return Object.fromEntries(Object.entries(named).filter(([tag]) => lasting.has(tag)));
  };

  const boundKey = (key: string): string => {
    if (whole.has(key)) return key;
    const { name, tags } = parseMetricKey(key);
    const bound = metricKey(name, boundTags(tags));
    // Only keys that stay are remembered: there are as many others as the script makes URLs.
    if (bound === key) whole.add(key);
    return bound;
  };

  return {
    bound: (line) => {
      untagged += line.counters[overflowingRequests] ?? 0;
      return {
        ...line,
        counters: rekeyed(line.counters, boundKey, (values) => values.reduce((a, b) => a + b)),
        // Of several, the last one set; no sum of them means anything.
        gauges: rekeyed(line.gauges, boundKey, (values) => values.reduce((_, last) => last)),
        histograms: rekeyed(line.histograms, boundKey, mergeHistograms),
      };
    },
    folded: () => {
      const { count, atLeast } = names.folded();
      if (count === 0 && foldedTags.size === 0 && untagged === 0) return null;
      return { names: count, atLeast, tags: [...foldedTags].sort(), untagged };
    },
  };
}

/** The first names stay as they are; later ones become their pattern. */
function createNames() {
  const known = new Set<string>();
  const patterns = new Set<string>();
  const folded = new Set<string>();

  const bound = (name: string): string => {
    if (known.has(name)) return name;
    if (known.size < mostNames) {
      known.add(name);
      return name;
    }
    if (folded.size < mostCounted) folded.add(name);
    const pattern = namePattern(name);
    if (!patterns.has(pattern) && patterns.size >= mostNames) return otherNames;
    patterns.add(pattern);
    return pattern;
  };

  return {
    bound: (tags: Tags): Tags => {
      if (tags.name === undefined) return tags;
      const name = bound(tags.name);
      if (name === tags.name) return tags;
      // A URL is its request's name, so that it must not come back in by its other tag.
      const { url: _, ...rest } = tags;
      return { ...rest, name };
    },
    folded: () => ({ count: folded.size, atLeast: folded.size >= mostCounted }),
  };
}

function rekeyed<T>(
  table: Readonly<Record<string, T>>,
  rename: (key: string) => string,
  together: (values: readonly T[]) => T,
): Record<string, T> {
  const lists = new Map<string, T[]>();
  for (const [key, value] of Object.entries(table)) {
    const renamed = rename(key);
    const list = lists.get(renamed);
    if (list === undefined) lists.set(renamed, [value]);
    else list.push(value);
  }
  return Object.fromEntries(
    [...lists].map(([key, list]) => [key, list.length === 1 ? (list[0] ?? together(list)) : together(list)]),
  );
}
