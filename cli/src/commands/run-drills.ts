import { join } from 'node:path';
import { readLevelRules } from '../config/level-rules.ts';
import { findScenario } from '../config/scenario-file.ts';
import { drillFolder, removeDrafts } from '../faults/cleanup.ts';
import { takeDrillLock } from '../faults/drill-lock.ts';
import type { Fault } from '../faults/fault.ts';
import { faultOf, faults } from '../faults/registry.ts';
import { comparedDrills } from '../pipeline/compared-drills.ts';
import type { DrillPlan } from '../pipeline/drill-plan.ts';
import type { EvaluatedRun } from '../pipeline/execute-run.ts';
import { type Drill, notifies } from '../record/drill.ts';
import type { LevelRules } from '../record/level-rules.ts';
import { checkReportsFolder, RunFolder } from '../record/run-folder.ts';
import { worstFaults } from '../report/drill/worst-fault.ts';
import { readStacks } from '../stack/held-state.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { CommandContext } from './context.ts';
import { DrillBatch, type PlannedDrill } from './drill-batch.ts';
import { drillCommandLine } from './drill-command-line.ts';
import { parseEstimate } from './drill-estimate.ts';
import { checkDrillOptions, type DrillOptions, holdOf, loadOptions } from './drill-options.ts';
import { printDrills } from './drill-result.ts';
import { checkHeldPermit, checkTarget, lackOf, settingsThere, targetOf } from './drill-target.ts';
import { printError } from './error-output.ts';
import { prepareRuns } from './run-preparation.ts';
import { writeJoined, writeReports } from './run-reports.ts';
import { executeInView, inRunSession, type RunSession } from './run-session.ts';
import { worstVerdict } from './worst-verdict.ts';

interface DrillSession extends RunSession {
  readonly options: DrillOptions;
  readonly journals: string;
  readonly wanted: readonly Fault[];
  /** Settings of the service of a stack that is up. */
  readonly there: Readonly<Record<string, string>>;
}

/** `loadkit drill`: the placebo, then each fault as often as asked. Returns the worst exit code. */
export async function runDrills(options: DrillOptions, context: CommandContext): Promise<number> {
  const wanted = chooseFaults(options);
  const rules = readLevelRules(options.levelRules ?? context.project.levelRules);
  checkDrillOptions(options);
  const estimate = parseEstimate(options.estimate);
  const held = await readStacks(context.environment.cacheFolder);
  await checkTarget(wanted, options, held);
  await checkReportsFolder(options.reportsFolder);
  const journals = drillFolder(context.environment.cacheFolder);
  const there = settingsThere(options, held);
  const lock = await takeDrillLock(journals);
  try {
    // Of a drill that was killed while it wrote one: they hold the addresses of its stores with their passwords.
    await removeDrafts(journals);
    const ending = { onInterrupt: 'undoing the fault and ending', graceMs: 15_000 };
    return await inRunSession(context, ending, async (session) => {
      // A second signal ends the process before it comes to the end of this function.
      session.interrupt.onSecond(() => void lock.release());
      const { done, files } = await drillAll({ rules, estimate }, { ...session, options, journals, wanted, there });
      printDrills(done, files, options, context);
      return worstVerdict(done);
    });
  } finally {
    await lock.release();
  }
}

interface DoneDrills {
  readonly done: readonly EvaluatedRun[];
  /** Of their reports. */
  readonly files: readonly string[];
}

async function drillAll(order: Pick<DrillOrder, 'rules' | 'estimate'>, session: DrillSession): Promise<DoneDrills> {
  const { options, interrupt, notice } = session;
  for (const text of leftOut(options)) notice.say(text);
  const batch = await openBatch(session);
  const done: EvaluatedRun[] = [];
  const files: string[] = [];
  const drillThese = async (planned: readonly PlannedDrill[]) => {
    const drilled = await drillPlanned(planned, { ...order, batch }, session);
    done.push(...drilled.done);
    files.push(...drilled.files);
  };
  await drillThese(batch.open);
  if (options.worst !== null && !interrupt.signal.aborted) {
    const records = comparedDrills(await recordsOf(batch, session)).map(({ record }) => record);
    await drillThese(await batch.add(worstFaults(records), options.worst));
  }
  const all = await recordsOf(batch, session);
  if (all.length > 1) files.push(...(await writeJoined(all, options, session)).files);
  return { done: comparedDrills(done, all), files };
}

async function drillPlanned(
  drills: readonly PlannedDrill[],
  order: Omit<DrillOrder, 'planned' | 'placebo'>,
  session: DrillSession,
): Promise<DoneDrills> {
  const { options, interrupt } = session;
  const { batch } = order;
  const done: EvaluatedRun[] = [];
  const files: string[] = [];
  let placebo = await placeboOfBatch(batch, options);
  for (const planned of drills) {
    if (interrupt.signal.aborted) break;
    const fault = faultOf(planned.fault);
    const run = await runDrill(fault, { ...order, planned, placebo }, session);
    if (fault.id === 'none') placebo = placeboOf(run);
    if (run.record.status === 'complete') await batch.finish(planned, run.record.id);
    done.push(run);
    // At once: a batch that is killed later has the reports of what it has done.
    files.push(...(await writeReports([run], options, session)).files);
  }
  return { done, files };
}

/** `all`: every one that the target allows. Throws `LoadkitError` (2): none was named, or one that there is not. */
function chooseFaults(options: DrillOptions): Fault[] {
  const { faults: names } = options;
  if (names.length === 0) {
    throw new LoadkitError('fault-missing', 'loadkit drill: no fault was named', {
      hint: 'loadkit drill list lists them; all does every one',
      exitCode: exitCode.usage,
    });
  }
  if (names.includes('all')) return faults.filter((fault) => fault.id !== 'none' && lackOf(fault, options) === null);
  return [...new Set(names)].map(faultOf);
}

/** What `all` does not do to this target, and why. */
function leftOut(options: DrillOptions): string[] {
  if (!options.faults.includes('all')) return [];
  const lacks = new Map<string, string[]>();
  for (const fault of faults) {
    const lack = lackOf(fault, options);
    if (lack !== null) lacks.set(lack, [...(lacks.get(lack) ?? []), fault.id]);
  }
  return [...lacks].map(([lack, ids]) => `left out (${lack}): ${ids.join(', ')}`);
}

/** The placebo comes first: what alarms without a fault makes every time after it worthless. */
async function openBatch({ options, context, wanted, notice }: DrillSession): Promise<DrillBatch> {
  const { resume, placebo, repeat, reportsFolder } = options;
  const ids = wanted.map(({ id }) => id);
  const shape = batchOptions(ids, options);
  if (resume) return DrillBatch.resume(reportsFolder, shape);
  const id = new Date(context.clock.now()).toISOString();
  const named = placebo && !ids.includes('none') ? ['none'] : [];
  const batch = await DrillBatch.begin(reportsFolder, { id, options: shape, first: named, faults: ids, repeat });
  if (batch.kept !== null) notice.say(`the batch that was there is kept in ${batch.kept}; drills.json is this one`);
  return batch;
}

/** What makes the drills of a batch comparable. */
function batchOptions(faultIds: readonly string[], options: DrillOptions): Record<string, unknown> {
  return {
    faults: faultIds,
    target: targetOf(options),
    repeat: options.repeat,
    placebo: options.placebo,
    baselineMs: options.baselineMs,
    holdMs: options.holdMs,
    recoverMs: options.recoverMs,
    rate: options.rate,
    latencyMs: options.latencyMs,
    freshnessMs: options.freshnessMs,
    mitigate: options.mitigate,
    env: options.env,
    set: options.set,
    fixture: options.fixture,
    seed: options.seed,
  };
}

interface DrillOrder {
  readonly planned: PlannedDrill;
  readonly batch: DrillBatch;
  readonly rules: LevelRules;
  readonly estimate: Drill['estimate'];
  readonly placebo: Drill['placebo'];
}

async function runDrill(fault: Fault, order: DrillOrder, session: DrillSession): Promise<EvaluatedRun> {
  const { options, context, supervisor, interrupt, notice, journals, wanted, there } = session;
  const { project, cwd } = context;
  const { planned, batch, rules, estimate, placebo } = order;
  const holdMs = holdOf(fault, options);
  if (options.holdMs !== null && holdMs !== options.holdMs) {
    const why =
      holdMs > options.holdMs ? 'a shorter --hold it would not bite' : 'a longer --hold it would be another fault';
    notice.say(`${fault.id}: stands for ${holdMs / 1_000} s, for with ${why}`);
  }
  const file = findScenario(fault.scenario, [join(cwd, 'scenarios'), project.scenarios], cwd);
  const load = loadOptions(fault, holdMs, options, there);
  const [prepared] = await prepareRuns([{ file, options: load, behindProxy: fault.proxies.length > 0 }], load, {
    command: context,
    supervisor,
    signal: interrupt.signal,
    onChoice: (choice) => checkHeldPermit(wanted, options, choice),
  });
  if (prepared === undefined) throw new Error('nothing was prepared');
  if (options.stack === 'external' && Object.keys(fault.set).length > 0) {
    const settings = Object.entries(fault.set).map(([name, value]) => `${name}=${value}`);
    notice.say(`${fault.id} takes hold of a service with ${settings.join(', ')}; this one is taken as it is`);
  }
  const plan: DrillPlan = {
    fault,
    holdMs,
    baselineMs: options.baselineMs,
    recoverMs: options.recoverMs,
    latencyMs: options.latencyMs,
    freshnessMs: options.freshnessMs,
    webhook: options.webhook,
    mitigate: fault.id === 'none' ? null : options.mitigate,
    rules,
    maxLevel: options.maxLevel,
    batch: batch.id,
    repeat: { number: planned.number, of: planned.of },
    estimate,
    placebo,
  };
  const title = planned.of > 1 ? `${fault.id} ${planned.number}/${planned.of}` : fault.id;
  const command = drillCommandLine(fault, options);
  return executeInView({ ...prepared, drill: { journals, plan }, command, title }, session);
}

/** Of all drills that are done, also those before it was resumed. */
async function recordsOf(batch: DrillBatch, session: DrillSession) {
  const { options, context } = session;
  const runs: Array<Pick<EvaluatedRun, 'folder' | 'record'>> = [];
  for (const { run } of batch.done) {
    const folder = new RunFolder(options.reportsFolder, run ?? '');
    try {
      runs.push({ folder, record: await folder.read() });
    } catch (error) {
      // Taken away since: the others are told without it.
      printError(error, context.output);
    }
  }
  return runs;
}

/** Of a batch that goes on. */
async function placeboOfBatch(batch: DrillBatch, { reportsFolder }: DrillOptions): Promise<Drill['placebo']> {
  const found = batch.done.find(({ fault }) => fault === 'none');
  if (found?.run == null) return null;
  return placeboOf({ record: await new RunFolder(reportsFolder, found.run).read() });
}

function placeboOf({ record }: Pick<EvaluatedRun, 'record'>): Drill['placebo'] {
  const alarms = record.drill?.detection?.alarms ?? [];
  return { run: record.id, alarms: alarms.filter(notifies).length };
}
