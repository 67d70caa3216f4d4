import type { ReportedRun } from './api-figures.ts';
import { drillItems } from './drill/drill-item.ts';
import { findingItems } from './finding-item.ts';
import { reasonItems } from './reason-item.ts';
import type { SectionContext } from './section-context.ts';

/** Something to do, and why. */
export interface ActionItem {
  /** The same in several runs: one thing to do. */
  readonly key: string;
  /** `consistency`, `promise`, `performance`, `measurement`, `response`: names of rows. */
  readonly topic: 'consistency' | 'promise' | 'performance' | 'measurement' | 'response';
  readonly insight: string;
  /** The insight where who was hurt and what limits the run stand beside it. */
  readonly brief?: string;
  readonly action: string;
  readonly evidence: string;
  /** 1: the data is wrong or the verdict is none to live with; 2: what limits the service; 3: the rest. */
  readonly priority: 1 | 2 | 3;
}

export interface GroupedItem extends ActionItem {
  /** Names of the runs in which it was found. */
  readonly runs: readonly string[];
}

/**
 * From the reasons of the verdicts, from the findings and from the drills, the most urgent first; what several runs share once.
 * What a drill broke on purpose is no finding about the service.
 */
export function actionItems(context: SectionContext): GroupedItem[] {
  const loads = context.runs.filter(({ record }) => record.drill === null);
  const all = loads.flatMap((run) => itemsOf(context, run).map((item) => ({ item, run })));
  const groups = new Map<string, GroupedItem>();
  for (const { item, run } of all) {
    const scenario = run.record.scenario?.name ?? run.record.id;
    const key = JSON.stringify([scenario, item.topic, item.key]);
    const former = groups.get(key);
    const runs = [...(former?.runs ?? []), context.runName(run.record)];
    groups.set(key, { ...(former ?? item), runs });
  }
  const found = [...groups.values()].map((item) => severalRuns(context, item));
  return [...found, ...drillItems(context)].sort(byUrgency);
}

const topics: readonly ActionItem['topic'][] = ['consistency', 'measurement', 'promise', 'performance', 'response'];

function byUrgency(a: ActionItem, b: ActionItem): number {
  return a.priority - b.priority || topics.indexOf(a.topic) - topics.indexOf(b.topic);
}

/** The figures are those of the first run that has it. */
function severalRuns({ say }: SectionContext, item: GroupedItem): GroupedItem {
  const [first = ''] = item.runs;
  if (item.runs.length < 2) return item;
  const runs = say('insights.several-runs', { count: item.runs.length, run: first });
  return { ...item, evidence: `${item.evidence} · ${runs}` };
}

function itemsOf(context: SectionContext, run: ReportedRun): ActionItem[] {
  return [...reasonItems(context, run), ...findingItems(context, run)];
}
