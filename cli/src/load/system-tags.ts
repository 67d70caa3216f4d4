import { z } from 'zod';
import { parseMetricKey } from '../record/metric-key.ts';

/** What loadkit's own analysis needs on each request. */
const needed = ['scenario', 'name', 'method', 'status', 'expected_response', 'error_code'];

/** k6's own choice (`DefaultSystemTagSet`), which `k6 inspect` prints when a script says nothing. */
const k6Defaults = [
  'check',
  'error',
  'error_code',
  'expected_response',
  'group',
  'method',
  'name',
  'proto',
  'scenario',
  'service',
  'status',
  'subproto',
  'tls_version',
  'url',
];

/** The tags that k6 switches off unless they are asked for; any other tag of a threshold is a script's own. */
const k6OffByDefault = ['iter', 'vu', 'ocsp_status', 'ip'];

/** What k6's summary counts by: without them it and `handleSummary()` would show no groups and no checks. */
const summarized = ['check', 'group'];

const usedOptions = z.looseObject({
  systemTags: z.array(z.string()).nullish().catch(null),
  thresholds: z.record(z.string(), z.unknown()).nullish().catch(null),
});

/**
 * k6's `--system-tags` for a scenario of ours: what loadkit needs, what the script chose, and every tag that a threshold
 * names — without the last, k6 would see no samples under such a threshold and let it pass. k6's defaults are not taken
 * over: a series per `url` or `error` text would make the export grow without bound.
 */
export function systemTags(options: Readonly<Record<string, unknown>>): string[] {
  const { systemTags: chosen, thresholds } = usedOptions.parse(options);
  const own = chosen == null || sameSet(chosen, k6Defaults) ? [] : chosen;
  return sorted([...needed, ...own, ...namedTags(thresholds)]);
}

/**
 * The same for a script that is not ours. A threshold must see the samples that it sees under bare k6, no fewer and no
 * more: a tag that a threshold names is on where k6 would have it on, and off where the script switched it off.
 */
export function foreignSystemTags(options: Readonly<Record<string, unknown>>): string[] {
  const { systemTags: chosen, thresholds } = usedOptions.parse(options);
  const named = new Set(namedTags(thresholds));
  const isOwn = chosen != null && !sameSet(chosen, k6Defaults);
  const bare = isOwn
    ? chosen
    : k6Defaults.filter((tag) => needed.includes(tag) || summarized.includes(tag) || named.has(tag));
  // `expected_response` makes k6 add a sub-metric of its own to what `handleSummary()` gets.
  const added = needed.filter((tag) => tag !== 'expected_response' && !named.has(tag));
  return sorted([...bare, ...added]);
}

function namedTags(thresholds: z.infer<typeof usedOptions>['thresholds']): string[] {
  const known = new Set([...k6Defaults, ...k6OffByDefault]);
  return Object.keys(thresholds ?? {})
    .flatMap((key) => Object.keys(parseMetricKey(key).tags))
    .filter((tag) => known.has(tag));
}

function sorted(tags: readonly string[]): string[] {
  return [...new Set(tags)].sort();
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a);
  return set.size === new Set(b).size && b.every((item) => set.has(item));
}
