import type { ReportedRun } from '../api-figures.ts';
import { type Block, list, paragraph, type ReportView, type Section } from '../block.ts';
import { contextOf } from '../build-context.ts';
import type { SectionContext } from '../section-context.ts';
import type { Sentences } from '../sentences.ts';
import { drillCharts } from './drill-charts.ts';
import { drillOverview, placeboText } from './drill-overview.ts';
import { reservations } from './drill-table.ts';
import { drillTrace, failureTrace } from './drill-trace.ts';
import { drillVerdicts } from './drill-verdict.ts';
import { brokenIn, drilledRuns, isPlacebo } from './drilled-run.ts';
import { drilledTable } from './failure-table.ts';
import { levelRuleTables } from './level-rule-table.ts';
import { mitigationTables } from './mitigation-table.ts';
import { variantTable } from './variant-table.ts';

/**
 * All drills of a report by themselves: every variant, before and after each mitigation, and each drill with its moments. Null where
 * fewer than two things were broken: one is told by its incident report. Pure: the same records give the same view.
 */
export function buildDrills(runs: readonly ReportedRun[], lang: 'ko' | 'en', sentences: Sentences): ReportView | null {
  const broken = brokenIn(drilledRuns(runs));
  if (broken.length < 2) return null;
  const { say } = sentences;
  // Runs under load stand in the report beside it; what was drilled keeps its place among all of them.
  const context: SectionContext = { ...contextOf(runs, lang, sentences), runs: [], columns: [] };
  return {
    lang,
    title: say('drills.title', { count: broken.length }),
    verdicts: drillVerdicts(context),
    sections: sections.map((section) => section(context)).filter(({ blocks }) => blocks.length > 0),
    footer: say('footer', {
      version: broken[0]?.run.record.loadkit ?? '',
      runs: context.drills.map(({ run }) => run.record.id).join(', '),
    }),
  };
}

const sections: ReadonlyArray<(context: SectionContext) => Section> = [
  sectionOf('overview', 'heading.overview', overview),
  sectionOf('failures', 'drills.failures', failures),
  sectionOf('variants', 'drills.variants', variantTable),
  sectionOf('mitigations', 'drills.mitigations', mitigationTables),
  sectionOf('every', 'drills.every', (context) => [...drillTrace(context), ...reservations(context)]),
  sectionOf('charts', 'drills.charts', drillCharts),
  sectionOf('levels', 'heading.levels', levels),
];

function sectionOf(id: string, heading: string, blocks: (context: SectionContext) => Block[]) {
  return (context: SectionContext): Section => ({ id, heading: context.say(heading), blocks: blocks(context) });
}

function overview(context: SectionContext): Block[] {
  const { drills, say } = context;
  const placebos = drills.filter(isPlacebo).map((one) => placeboText(context, one));
  return [
    paragraph(say('drill.stamp')),
    ...drillOverview(context),
    list([...places(context), ...(placebos.length === 0 ? [say('drills.no-placebo')] : placebos)]),
  ];
}

/** Where they were measured: figures of two machines are no repeats of each other. */
function places({ drills, say, format }: SectionContext): string[] {
  const all = drills.map(({ run: { record } }) => {
    const { cpuModel, cpuCount, memoryBytes } = record.host;
    const cpus = say('environment.cpus', { count: cpuCount });
    return `${cpuModel} · ${cpus} · ${format.bytes(memoryBytes)} · loadkit ${record.loadkit}`;
  });
  return [...new Set(all)].map((place) => say('drills.place', { place }));
}

function failures(context: SectionContext): Block[] {
  const { say } = context;
  return [
    drilledTable(context, null),
    list([say('failures.whose-estimate'), say('failures.drilled'), say('failures.held'), say('failures.median')]),
    ...failureTrace(context),
  ];
}

function levels(context: SectionContext): Block[] {
  return [list(['L1', 'L2', 'L3'].map((level) => context.say(`level.${level}`))), ...levelRuleTables(context)];
}
