import type { ReportedRun } from './api-figures.ts';
import { figures } from './block.ts';
import { type Latency, latency } from './latency.ts';
import type { SectionContext } from './section-context.ts';
import type { Step } from './step.ts';
import { stepName } from './step-text.ts';

/** p95 of each API in each step, where a step calls several: one percentile of them all together says little. */
export function apiByStep(context: SectionContext, run: ReportedRun, all: readonly Step[]) {
  const columns = context.columns.filter((column) => column.run === run && (column.api.requests ?? 0) > 0);
  const rows = all.filter(({ stage }) => stage === null);
  if (columns.length < 2 || rows.length === 0) return { blocks: [], isApproximate: false };
  const { say, format } = context;
  const found = rows.map(({ scenario }) =>
    columns.map(({ api }) => latency(run, { name: api.name, scenario: scenario.name, expected_response: 'true' })),
  );
  const cell = (one: Latency | null) => `${one?.approximate === true ? '≈ ' : ''}${format.time(one?.p95Ms ?? null)}`;
  const table = figures(
    say('steps.by-api'),
    [say('head.step'), ...columns.map(({ heading }) => heading)],
    rows.map((step, index) => [stepName(context, step), ...(found[index] ?? []).map(cell)]),
  );
  return { blocks: [table], isApproximate: found.flat().some((one) => one?.approximate === true) };
}
