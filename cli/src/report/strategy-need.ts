import type { Finding } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import { findingTitle } from './finding-sentence.ts';
import { runList } from './per-run.ts';
import { bottleneckOf, problemsOf } from './run-finding.ts';
import type { SectionContext } from './section-context.ts';
import type { Strategy } from './strategy.ts';

/** What of these runs calls for a strategy: titles of findings, names of violated invariants. None: nothing does. */
export function needOf(context: SectionContext, { answers }: Strategy): string[] {
  const { runs, runName } = context;
  const needs = runs.map((run) => calls(context, run).filter(({ id }) => answers.includes(id)));
  const titles = new Map<string, string[]>();
  for (const [index, run] of runs.entries()) {
    for (const title of new Set((needs[index] ?? []).map((need) => need.title))) {
      titles.set(title, [...(titles.get(title) ?? []), runName(run.record)]);
    }
  }
  return [...titles].map(([title, names]) => (runs.length > 1 ? `${title} (${runList(context, names)})` : title));
}

function calls(context: SectionContext, { record }: ReportedRun): Array<{ id: string; title: string }> {
  const { name } = context;
  const bottleneck = bottleneckOf(record);
  const violated = record.invariants.filter(({ outcome }) => outcome === 'violated');
  return [
    ...(bottleneck === null ? [] : bottleneckCalls(context, bottleneck)),
    ...problemsOf(record).map((finding) => ({ id: finding.id, title: findingTitle(context, finding) })),
    ...violated.map(({ id }) => ({ id, title: name('invariant', id) })),
  ];
}

/** Any other component is a process of the service, by its own name. */
const components = new Set(['host', 'redis', 'mysql', 'writer', 'relay', 'consumer']);

function bottleneckCalls(context: SectionContext, finding: Finding): Array<{ id: string; title: string }> {
  const title = findingTitle(context, finding);
  const { rule, component, resource } = finding.detail;
  if (rule === 'undetermined') return [{ id: 'bottleneck-undetermined', title }];
  if (finding.outcome !== 'problem' || component === undefined) return [];
  const own = `${title}: ${context.name('component', String(component))}`;
  return [
    { id: `component:${components.has(String(component)) ? component : 'service'}`, title: own },
    { id: `resource:${resource ?? ''}`, title: own },
  ];
}
