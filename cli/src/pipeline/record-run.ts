import type { RunOptions } from '../config/run-options.ts';
import { answerTally } from '../invariants/answers.ts';
import { countBaseline, countInvariants, countLateness } from '../invariants/registry.ts';
import { readAnswerLines } from '../load/answer-lines.ts';
import type { LoadOutcome, ScenarioParameters } from '../load/load.ts';
import { type Backlog, waitForDrain, watchBacklog } from '../probes/drain.ts';
import type { Probe } from '../probes/probe.ts';
import { createProbes } from '../probes/registry.ts';
import { type Sampler, startSampler } from '../probes/sampler.ts';
import { type RunFolder, recordUnwritable } from '../record/run-folder.ts';
import type { Invariant, Load, Phase } from '../record/run-record.ts';
import type { EventLine, SeriesLine } from '../record/series.ts';
import type { SeriesWriter } from '../record/series-file.ts';
import type { Stack } from '../stack/stack.ts';
import type { Clock } from '../system/clock.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode, isScriptFailure } from '../system/exit-code.ts';
import { maskSecrets } from '../system/secret.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { K6Tool } from '../system/tool.ts';
import type { DrillConductor } from './conduct-drill.ts';
import { cutShort, type DrillPlan, stackWishes } from './drill-plan.ts';
import { LoadGenerator } from './load-generator.ts';
import type { OpenStack } from './open-stack.ts';
import type { RunPlan } from './plan-run.ts';
import { repairNeed } from './repair-need.ts';
import type { RunFacts } from './run-facts.ts';
import type { RunObserver } from './run-observer.ts';

export interface RecordContext {
  readonly plan: RunPlan;
  /** What is broken during the load; null: nothing. */
  readonly drill: { readonly plan: DrillPlan; readonly journals: string } | null;
  readonly options: RunOptions;
  readonly k6: K6Tool;
  readonly openStack: OpenStack;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: RunFolder;
  readonly series: SeriesWriter;
  readonly facts: RunFacts;
  readonly observer: RunObserver;
  readonly signal: AbortSignal;
}

const stopGraceMs = 5_000;
// A warm-up leaves little behind; when it does not drain, the reset would be overtaken by late events.
const warmupDrainLimitMs = 20_000;
const deadStoreDrainMs = 5_000;

/**
 * Collects the facts of one run: starts everything, warms up, loads, drains, counts the invariants, ends everything.
 * What was collected stays in `context.facts` and in the series when a step fails; the failure is rethrown.
 */
export async function recordRun(context: RecordContext): Promise<void> {
  const run = new RunInProgress(context);
  try {
    await run.phase('start', async () => {
      await run.startStack();
      await run.countBaseline();
    });
    if (run.wantsWarmup()) {
      await run.phase('warmup', () => run.warmUp());
      await run.phase('reset', () => run.reset());
    } else if (run.wasUsedBefore()) {
      await run.phase('reset', () => run.resetWhenIdle());
    }
    await run.phase('load', () => run.load(), context.plan.scenario.plannedMs);
    await run.phase('drain', () => run.drain());
    await run.phase('verify', () => run.verify());
    if (run.decidesToRepair()) await run.phase('repair', () => run.repair());
  } finally {
    await run.phase('stop', () => run.stop());
  }
}

class RunInProgress {
  readonly #context: RecordContext;
  readonly #backlog: Backlog;
  readonly #answers = answerTally();
  readonly #generator: LoadGenerator;
  #stack: Stack | null = null;
  #probes: readonly Probe[] = [];
  #sampler: Sampler | null = null;
  /** Aborts when a store ends, with why as the reason. */
  readonly #storeDeath = new AbortController();
  #outcome: LoadOutcome | null = null;
  #conductor: DrillConductor | null = null;
  #baseline: readonly Invariant[] | undefined;

  constructor(context: RecordContext) {
    this.#context = context;
    this.#generator = new LoadGenerator(context);
    this.#backlog = watchBacklog(context.plan.service?.manifest.watch.backlog ?? []);
  }

  async phase<T>(name: Phase['name'], step: () => Promise<T>, plannedMs: number | null = null): Promise<T> {
    const { facts, observer } = this.#context;
    observer.phase(name, plannedMs);
    const result = await facts.phase(name, step);
    await this.#keep();
    return result;
  }

  /** A full disk must not cost the run what it can still measure; the end of the run says so. */
  async #keep(): Promise<void> {
    const { facts, folder } = this.#context;
    await folder
      .write(facts.record())
      .catch((error: unknown) => facts.addError(recordUnwritable(folder.recordFile, error)));
  }

  async startStack(): Promise<void> {
    const { plan, drill, openStack, clock, folder, facts, observer, signal } = this.#context;
    const stack = await openStack(plan.service, {
      logFolder: folder.logs,
      ...(drill === null ? {} : stackWishes(drill.plan)),
      onProgress: (message) => observer.step(message),
      signal,
    });
    this.#stack = stack;
    stack.onEvent((event) => {
      if (this.#isStoreDeath(event)) this.#storeDeath.abort(diedBeforeTheLoad(event));
      this.#emit(event);
      this.#conductor?.hearEvent(event).catch((error: unknown) => facts.addError(error));
    });
    facts.addParts(stack.parts);
    facts.add({ fixture: stack.fixture, stack: { provider: stack.provider } });
    this.#probes = createProbes({
      endpoints: stack.endpoints,
      watch: plan.service?.manifest.watch ?? nothingToWatch,
      processes: () => [...stack.processes(), ...this.#generator.processes()],
      containers: () => stack.containers(),
      clock,
    });
    this.#sampler = startSampler({ probes: this.#probes, clock, onSample: (line) => this.#emit(line) });
  }

  /** What a drill ends itself comes back, unless it cannot be started again. */
  #isStoreDeath({ name, subject }: EventLine): boolean {
    const isStore = this.#context.plan.service?.manifest.needs.some((store) => store === subject) ?? false;
    if (!isStore || name === 'process-lost') return isStore;
    return name === 'process-exited' && !(this.#conductor?.expectsEndOf(subject) ?? false);
  }

  /** Stores that may not be emptied hold the rows of former loads; what was wrong before is not this run's. */
  async countBaseline(): Promise<void> {
    const { plan, observer, signal } = this.#context;
    const set = plan.service?.manifest.invariants;
    const { reset, endpoints } = this.#running();
    if (set === undefined || reset !== null) return;
    observer.step('counting what the stores hold before the load');
    this.#baseline = await countBaseline(set, { endpoints, signal });
    signal.throwIfAborted();
  }

  /** What a warm-up leaves behind must go again before the load, so that there is none where nothing can be reset. */
  wantsWarmup(): boolean {
    const { options, plan } = this.#context;
    return options.warmup && !plan.scenario.foreign && this.#running().reset !== null;
  }

  /** The warm-up's k6 is another process and none of its lines are kept, so it enters no figure. */
  async warmUp(): Promise<void> {
    const { plan, facts } = this.#context;
    const outcome = await this.#generator.run('k6-warmup', {
      parameters: { ...plan.parameters, ...warmupParameters },
      baseUrl: this.#running().endpoints.baseUrl,
      onLine: () => undefined,
    });
    if (outcome.exitCode !== 0 && outcome.exitCode !== 99) {
      facts.addError(
        new LoadkitError(
          'warmup-failed',
          `the warm-up ended with k6's exit code ${outcome.exitCode ?? 'none (killed)'}`,
          {
            hint: 'see logs/k6-warmup.log in the run folder',
          },
        ),
      );
    }
    await this.#untilIdle('the warm-up', '--no-warmup leaves the warm-up out');
  }

  /** A stack that stays may still work on what a former load left; that would come after the reset of its start. */
  wasUsedBefore(): boolean {
    return this.#running().provider === 'running';
  }

  async resetWhenIdle(): Promise<void> {
    await this.#untilIdle('a former load', 'loadkit stack down and up starts afresh');
    await this.reset();
  }

  async #untilIdle(former: string, hint: string): Promise<void> {
    const { observer, clock } = this.#context;
    const signal = AbortSignal.any([this.#context.signal, this.#storeDeath.signal]);
    observer.step(`waiting for the backlog of ${former}`);
    const drain = await waitForDrain({
      backlog: this.#backlog,
      since: clock.now(),
      limitMs: warmupDrainLimitMs,
      clock,
      signal,
    });
    signal.throwIfAborted();
    if (drain.drained) return;
    const limit = `${warmupDrainLimitMs / 1000} s`;
    throw new LoadkitError('warmup-backlog', `the backlog of ${former} was not empty after ${limit}`, {
      hint: `still waiting: ${JSON.stringify(drain.left)}; ${hint}`,
      exitCode: exitCode.unreachable,
    });
  }

  async reset(): Promise<void> {
    const { plan, facts } = this.#context;
    this.#storeDeath.signal.throwIfAborted();
    const figures = await this.#running().reset?.(plan.service?.fixture ?? {});
    if (figures !== undefined) facts.add({ fixture: figures });
  }

  async load(): Promise<void> {
    const { plan, drill, facts, folder, signal } = this.#context;
    // Nobody starts it again: the load would only count errors.
    this.#storeDeath.signal.throwIfAborted();
    this.#conductor = await this.#newConductor();
    await this.#conductor?.startDetector();
    // A fault that cannot be injected ends the load: it would only measure a service that nothing happened to.
    const futile = new AbortController();
    const conducted = this.#conductor?.conduct(signal).catch((error: unknown) => {
      futile.abort(error);
      return error instanceof Error ? error : new Error(String(error));
    });
    try {
      this.#outcome = await this.#generator.run('k6', {
        parameters: plan.parameters,
        baseUrl: this.#running().endpoints.baseUrl,
        consoleFile: drill === null ? null : folder.k6Console,
        until: futile.signal,
        onLine: (line) => {
          this.#answers.add(line);
          this.#emit(line);
          this.#conductor?.hear(line);
        },
      });
      if (futile.signal.aborted) this.#outcome = { ...this.#outcome, cutBy: cutOf(futile.signal.reason) };
      facts.add({ load: this.#outcome });
      if (drill !== null) for (const line of await readAnswerLines(folder.k6Console)) this.#emit(line);
    } finally {
      this.#conductor?.endLoad();
      // The fault is undone before anything that it broke is stopped, whatever became of k6.
      await conducted;
    }
    const failed = await conducted;
    signal.throwIfAborted();
    if (failed === undefined) return;
    // A k6 that died says so itself, and what it had measured is counted to the end.
    if (!(failed instanceof LoadkitError && failed.code === cutShort)) throw failed;
    facts.addError(failed);
  }

  /** What only a drill needs is not loaded for a run. */
  async #newConductor(): Promise<DrillConductor | null> {
    const { drill, plan, facts, folder, supervisor, clock, env, observer } = this.#context;
    if (drill === null || plan.service === null) return null;
    const { DrillConductor } = await import('./conduct-drill.ts');
    return new DrillConductor({
      ...drill,
      manifest: plan.service.manifest,
      scenario: plan.scenario,
      stack: this.#running(),
      supervisor,
      clock,
      env,
      folder,
      observer,
      onLine: (line) => this.#emit(line),
      onDrill: (changed) => facts.add({ drill: changed }),
      keep: () => this.#keep(),
    });
  }

  async drain(): Promise<void> {
    const { options, facts, clock, signal } = this.#context;
    const since = this.#outcome?.endedAt ?? clock.now();
    // What waits in a store that is gone will not be processed, however long we wait.
    const limitMs = this.#storeDeath.signal.aborted
      ? Math.min(deadStoreDrainMs, options.drainLimitMs)
      : options.drainLimitMs;
    facts.add({ probeNotes: notesOf(this.#probes) });
    // Nobody would ever say that it is empty: the report says that it was not looked at.
    if (this.#hidesBacklog()) return;
    facts.add({ drain: await waitForDrain({ backlog: this.#backlog, since, limitMs, clock, signal }) });
    signal.throwIfAborted();
  }

  /** True when the address of a store that holds backlog was not given. */
  #hidesBacklog(): boolean {
    const manifest = this.#context.plan.service?.manifest;
    const { redisUrl, mysqlUrl, kafkaBrokers } = this.#running().endpoints;
    const addresses = { redis: redisUrl, mysql: mysqlUrl, kafka: kafkaBrokers };
    if (manifest === undefined || manifest.watch.backlog.length === 0) return false;
    return manifest.needs.some((store) => addresses[store] === null);
  }

  async verify(): Promise<void> {
    const { plan, drill, facts, clock, signal } = this.#context;
    // Counting keeps the stores busy, and a repair is seen half done: neither is anything to be alarmed at.
    await this.#conductor?.stopDetector();
    const invariants = await this.#countInvariants();
    if (invariants === null) return;
    facts.add({ invariants });
    const set = plan.service?.manifest.invariants;
    if (set === undefined || drill === null) return;
    const { endpoints } = this.#running();
    const limitMs = drill.plan.freshnessMs;
    const { load, drill: drilled } = facts.record();
    // No earlier work can be late by the fault. Stores that were not emptied hold that of former loads as well.
    const since = Math.max(load?.startedAt ?? 0, (drilled?.injection?.startedAt ?? 0) - limitMs);
    this.#conductor?.learn({
      lateness: await countLateness(set, { endpoints, signal, limitMs, withinMs: clock.now() - since }),
    });
  }

  /** Null where there is nothing to count, or nothing was loaded. */
  async #countInvariants(couponsTakenBack = 0): Promise<Invariant[] | null> {
    const { plan, facts, signal } = this.#context;
    const { load, drain } = facts.record();
    const set = plan.service?.manifest.invariants;
    if (set === undefined || load === null) return null;
    return countInvariants(set, {
      endpoints: this.#running().endpoints,
      answers: this.#answers,
      interrupted: iterationsCut(load),
      drain: drain ?? notDrained,
      ...(this.#baseline === undefined ? {} : { baseline: this.#baseline }),
      couponsTakenBack,
      signal,
    });
  }

  /** What is left unrepaired although it is wrong stands in the record with why. */
  decidesToRepair(): boolean {
    const { drill, facts } = this.#context;
    const { invariants, drain } = facts.record();
    const need = repairNeed({ invariants, drain, canRepair: drill !== null && this.#stack?.repair != null });
    if (need === 'not-drained') {
      this.#conductor?.learn({ repair: { figures: null, invariants: [], error: null, skipped: need } });
    }
    return need === 'repair';
  }

  /** That a repair fails is a finding of the drill, not its end. */
  async repair(): Promise<void> {
    const { observer, signal } = this.#context;
    observer.step('repairing the data');
    try {
      const figures = await this.#running().repair?.();
      if (figures === undefined) return;
      const invariants = (await this.#countInvariants(figures.couponsTakenBack)) ?? [];
      this.#conductor?.learn({ repair: { figures, invariants, error: null, skipped: null } });
    } catch (error) {
      signal.throwIfAborted();
      const failed = { figures: null, invariants: [], error: maskSecrets(messageOf(error)), skipped: null };
      this.#conductor?.learn({ repair: failed });
    }
  }

  async stop(): Promise<void> {
    await this.#conductor?.stopDetector();
    await this.#sampler?.stop();
    await Promise.allSettled(this.#probes.map((probe) => probe.close()));
    await this.#stack?.stop({ graceMs: stopGraceMs });
  }

  #running(): Stack {
    if (this.#stack === null) throw new Error('the stack is not running');
    return this.#stack;
  }

  #emit(line: SeriesLine): void {
    if (line.kind === 'sample') this.#backlog.observe(line);
    this.#context.series.append(line);
    this.#context.observer.add(line);
  }
}

function diedBeforeTheLoad({ subject, detail }: EventLine): LoadkitError {
  return new LoadkitError('store-died', `${subject} ended before the load: ${detail ?? 'nobody knows why'}`, {
    hint: `the whole log: logs/${subject}.log in the run folder`,
    exitCode: exitCode.unreachable,
  });
}

/** Null where k6 itself was cut off: then nothing tells of the requests since its last export. */
function iterationsCut({ exitCode: code, iterations }: Load): number | null {
  const cameToItsEnd = code === exitCode.ok || code === exitCode.threshold || (code !== null && isScriptFailure(code));
  return cameToItsEnd ? (iterations?.interrupted ?? null) : null;
}

const notDrained = { drained: false, tookMs: 0, limitMs: 0, left: {} };

const nothingToWatch = { redisStreams: [], redisLocks: [], mysqlQueries: [], kafkaGroups: [] } as const;

const warmupParameters = {
  profile: 'warmup',
  vus: null,
  duration: null,
  rate: null,
  iterations: null,
} as const satisfies Partial<ScenarioParameters>;

function notesOf(probes: readonly Probe[]): Record<string, string[]> {
  const noted = probes.filter((probe) => probe.notes().length > 0);
  return Object.fromEntries(noted.map((probe) => [probe.name, [...probe.notes()]]));
}

function cutOf(error: unknown): Load['cutBy'] {
  const known = error instanceof LoadkitError;
  return { code: known ? error.code : 'internal', exitCode: known ? error.exitCode : exitCode.internal };
}
