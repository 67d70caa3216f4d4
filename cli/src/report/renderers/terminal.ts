import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import type { RunRecord } from '../../record/run-record.ts';
import type { Series } from '../../record/series-index.ts';
import { type ApiFigures, apiFigures } from '../api-figures.ts';
import { limitText } from '../finding-sentence.ts';
import { type NumberFormat, numberFormat } from '../number-format.ts';
import { plainText } from '../plain-text.ts';
import { reasonText } from '../reason-text.ts';
import { bottleneckOf } from '../run-finding.ts';
import { namesIn, type Sentences } from '../sentences.ts';

const mostReasons = 8;
const mostApis = 12;

/** The last lines of `loadkit run`, in English: the verdict, why, and the figures of each API. */
export function terminalSummary(run: { record: RunRecord; series: Series }, sentences: Sentences): string[] {
  const { record } = run;
  const format = numberFormat('en');
  const verdict = record.judgement?.verdict;
  const { say, has } = sentences;
  const name = namesIn(sentences);
  const bottleneck = bottleneckOf(record);
  const limit =
    bottleneck === null || record.load === null
      ? []
      : [`  limit: ${limitText({ say, has, name, format }, bottleneck, record.load.startedAt)}`];
  const shape = record.scenario === null ? '' : ` · ${record.scenario.shape}`;
  const set = Object.entries(record.set).map(([key, value]) => `${key}=${value}`);
  const settings = set.length === 0 ? '' : ` · ${set.join(' ')}`;
  const reasons = (verdict?.reasons ?? []).map(
    (reason) => `  - ${reasonText({ say, format, name }, reason, record.load?.units)}`,
  );
  const apis = apiFigures(run).map((api) => {
    const label = api.kind === 'api' ? api.label : say(`column.${api.kind}`, { names: api.names });
    return figuresOf({ ...api, label }, format);
  });
  return [
    `${verdict?.name ?? 'NOT JUDGED'}  ${record.scenario?.name ?? record.id}${shape}${settings}`,
    ...atMost(mostReasons, reasons),
    ...atMost(mostApis, apis).flat(),
    ...(record.invariants.length > 0 ? [`  invariants: ${invariantsOf(record)}`] : []),
    ...limit,
  ].map(plainText);
}

/** Those that had something to check: `5 of 5 held, 8 had nothing to check`. */
function invariantsOf({ invariants }: RunRecord): string {
  const empty = invariants.filter(hadNothingToCheck).length;
  const held = invariants.filter(({ outcome }) => outcome === 'held').length - empty;
  const note = empty === 0 ? '' : `, ${empty} had nothing to check`;
  return `${held} of ${invariants.length - empty} held${note}`;
}

function figuresOf({ label, requests, outcomes, expected, perSecond }: ApiFigures, format: NumberFormat): string[] {
  const p95 = `${expected?.approximate === true ? '≈ ' : ''}${format.time(expected?.p95Ms ?? null)}`;
  const first = `  ${label}: ${format.count(requests)} requests, ${format.rate(perSecond)}, p95 ${p95}`;
  if (outcomes === null) return [first];
  const { success, rejected, failed, bad } = outcomes;
  const wrong = bad === 0 ? '' : ` (${format.count(bad)} of these with a wrong content)`;
  return [
    first,
    `    ${format.count(success)} success, ${format.count(rejected)} correct rejections${wrong}, ${format.count(failed)} system errors`,
  ];
}

/** A script may have a hundred names; the rest stands in the report. */
function atMost<T>(most: number, items: readonly T[]): Array<T | string> {
  if (items.length <= most) return [...items];
  return [...items.slice(0, most), `  - and ${items.length - most} more, see the report`];
}
