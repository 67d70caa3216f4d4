import type { RunRecord } from '../../record/run-record.ts';
import type { Series } from '../../record/series-index.ts';
import { apiFigures } from '../api-figures.ts';
import { withoutControls } from '../control-sequence.ts';
import { numberFormat } from '../number-format.ts';
import { reasonText } from '../reason-text.ts';
import type { Sentences } from '../sentences.ts';

const mostReasons = 8;

/** The last lines of `loadkit run`, in English: the verdict, why, and the figures of each API. */
export function terminalSummary(run: { record: RunRecord; series: Series }, { say, has }: Sentences): string[] {
  const { record } = run;
  const format = numberFormat('en');
  const verdict = record.judgement?.verdict;
  const name = (kind: string, id: string) => (has(`${kind}.${id}`) ? say(`${kind}.${id}`) : id);
  const shape = record.scenario === null ? '' : ` · ${record.scenario.shape}`;
  const lines = [`${verdict?.name ?? 'NOT JUDGED'}  ${record.scenario?.name ?? record.id}${shape}`];
  const reasons = verdict?.reasons ?? [];
  for (const reason of reasons.slice(0, mostReasons)) {
    lines.push(`  - ${reasonText({ runs: [], columns: [], say, format, name }, reason)}`);
  }
  if (reasons.length > mostReasons) lines.push(`  - and ${reasons.length - mostReasons} more, see the report`);
  for (const api of apiFigures(run)) {
    lines.push(
      `  ${api.label}: ${format.count(api.requests)} requests, ${format.rate(api.perSecond)}, p95 ${format.time(api.expected?.p95Ms ?? null)}`,
      `    ${format.count(api.success)} success, ${format.count(api.rejected)} correct rejections, ${format.count(api.failed)} system errors`,
    );
  }
  const held = record.invariants.filter(({ outcome }) => outcome === 'held').length;
  if (record.invariants.length > 0) lines.push(`  invariants: ${held} of ${record.invariants.length} held`);
  return lines.map(withoutControls);
}
