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

const usedOptions = z.looseObject({
  systemTags: z.array(z.string()).nullish(),
  thresholds: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * k6's `--system-tags` for a script: what loadkit needs, what the script chose, and every tag that a threshold names —
 * without the last, k6 would see no samples under such a threshold and let it pass. k6's defaults are not taken over:
 * a series per `url` or `error` text would make the export grow without bound.
 */
export function systemTags(options: Readonly<Record<string, unknown>>): string[] {
  const { systemTags: chosen, thresholds } = usedOptions.parse(options);
  const own = chosen == null || sameSet(chosen, k6Defaults) ? [] : chosen;
  const known = new Set([...k6Defaults, ...k6OffByDefault]);
  const named = Object.keys(thresholds ?? {})
    .flatMap((key) => Object.keys(parseMetricKey(key).tags))
    .filter((tag) => known.has(tag));
  return [...new Set([...needed, ...own, ...named])].sort();
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a);
  return set.size === new Set(b).size && b.every((item) => set.has(item));
}
