import { dirname } from 'node:path';
import type { RunOptions } from '../config/run-options.ts';
import { judge } from '../judge/verdict.ts';
import { createRunFolder, type RunFolder, recordUnwritable } from '../record/run-folder.ts';
import type { RunRecord } from '../record/run-record.ts';
import { readSeries, SeriesWriter } from '../record/series-file.ts';
import { indexSeries, type Series } from '../record/series-index.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { Supervisor } from '../system/supervisor.ts';
import { nameLimit } from '../system/system-limit.ts';
import type { K6Tool } from '../system/tool.ts';
import type { DrillPlan } from './drill-plan.ts';
import { readGit } from './git.ts';
import { readHost } from './host.ts';
import type { OpenStack } from './open-stack.ts';
import type { RunPlan } from './plan-run.ts';
import { recordRun } from './record-run.ts';
import { RunFacts } from './run-facts.ts';
import type { RunObserver } from './run-observer.ts';

export interface ExecuteContext {
  readonly plan: RunPlan;
  /** What is broken during the load; null: nothing. */
  readonly drill: { readonly plan: DrillPlan; readonly journals: string } | null;
  readonly options: RunOptions;
  readonly k6: K6Tool;
  readonly openStack: OpenStack;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
  /** The command line that repeats this run, secrets masked. */
  readonly command: readonly string[];
  readonly observer: RunObserver;
  /** Hears of the folder as soon as it exists. */
  readonly onFolder: (folder: RunFolder) => void;
  readonly signal: AbortSignal;
}

export interface EvaluatedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly series: Series;
}

/** One run from its folder to its verdict. A failure on the way ends up in the record and its verdict, not in an exception. */
export async function executeRun(context: ExecuteContext): Promise<EvaluatedRun> {
  const { plan, options, clock, signal } = context;
  const folder = await createRunFolder(options.reportsFolder, { clock, name: nameOf(context) });
  context.onFolder(folder);
  const series = new SeriesWriter(folder.series);
  const facts = new RunFacts(await startingFacts(context, folder), clock, (event) => series.append(event));
  await folder.write(facts.record());
  let failed: unknown;
  try {
    await recordRun({ ...context, folder, series, facts });
  } catch (error) {
    failed = signal.aborted ? signal.reason : nameLimit(error);
    facts.addError(failed);
  }
  const seriesError = await series.close();
  if (seriesError !== null) facts.addError(seriesWriteError(seriesError));
  facts.end(failed);
  // By its own files, so that what is judged is what can be read later.
  const written = indexSeries((await readSeries(folder.series)).lines);
  const { drill } = facts.record();
  if (drill !== null && context.drill !== null) {
    const { assessDrill } = await import('../assess/assess-drill.ts');
    const assessment = assessDrill({ record: facts.record(), series: written, rules: context.drill.plan.rules });
    facts.add({ drill: { ...drill, assessment } });
  }
  facts.add({
    judgement: judge({
      record: facts.record(),
      series: written,
      gates: plan.gates,
      maxLevel: context.drill?.plan.maxLevel ?? null,
    }),
  });
  await folder.write(facts.record()).catch((error: unknown) => {
    throw recordUnwritable(folder.recordFile, error);
  });
  return { folder, record: facts.record(), series: written };
}

function nameOf({ plan, drill }: ExecuteContext): string {
  return drill === null ? plan.scenario.name : `drill-${drill.plan.fault.id}`;
}

async function startingFacts({ plan, version, command }: ExecuteContext, folder: RunFolder) {
  return {
    id: folder.id,
    loadkit: version,
    command: [...command],
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    // What k6 may reach is on this machine, unless another host was allowed.
    host: await readHost(plan.allowedHosts.length === 0),
    git: await readGit(plan.service?.folder ?? dirname(plan.file.file)),
    scenario: plan.scenario,
    set: { ...plan.service?.settings },
    allowedHosts: plan.allowedHosts.map(({ host }) => host),
    notices: [...plan.notices],
  };
}

function seriesWriteError(error: Error): LoadkitError {
  return new LoadkitError('series-incomplete', `the series could not be written to the end: ${error.message}`, {
    hint: 'is the disk full? what was written before is kept',
    exitCode: exitCode.inconclusive,
    cause: error,
  });
}
