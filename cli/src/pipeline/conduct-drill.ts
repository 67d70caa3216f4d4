import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baselineDoubts } from '../assess/baseline-doubt.ts';
import { loadBegin, type PlannedSurge, plannedSurge } from '../assess/planned-load.ts';
import { detectorWordSchema } from '../detect/detector-word.ts';
import { newJournalFile } from '../faults/cleanup.ts';
import type { FaultTarget } from '../faults/fault-target.ts';
import { injectorWordSchema } from '../faults/injector-word.ts';
import {
  type Alarm,
  type Drill,
  type DrillPhaseName,
  type Injection,
  notifies,
  type Response,
} from '../record/drill.ts';
import type { RunFolder } from '../record/run-folder.ts';
import type { Scenario } from '../record/run-record.ts';
import type { EventLine, LoadLine, SeriesLine } from '../record/series.ts';
import type { ServiceManifest } from '../stack/service-manifest.ts';
import type { Stack } from '../stack/stack.ts';
import type { Clock } from '../system/clock.ts';
import { type Deferred, defer } from '../system/deferred.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import type { EndDuty, Supervisor } from '../system/supervisor.ts';
import { canaryUrl } from './canary-url.ts';
import { baselineCheckMs, cutShort, type DrillPlan, drillLoadMs, longestHoldMs } from './drill-plan.ts';
import { type DrillProgram, drillCommand, type ProgramContext, startProgram } from './drill-program.ts';
import { injectionError, whatIsLeft } from './injection-end.ts';
import { untilLoadEnds } from './load-end.ts';
import { alarmText, postAlarm } from './notification.ts';
import { notResponded, respond } from './response.ts';
import type { RunObserver } from './run-observer.ts';

export interface ConductContext {
  readonly plan: DrillPlan;
  readonly manifest: ServiceManifest;
  readonly scenario: Scenario;
  readonly stack: Stack;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: RunFolder;
  /** Where journals are found again by `loadkit drill --cleanup`. */
  readonly journals: string;
  readonly observer: RunObserver;
  readonly onLine: (line: SeriesLine) => void;
  /** Hears of every change. */
  readonly onDrill: (drill: Drill) => void;
  /** Writes the record: what a kill must not take. */
  readonly keep: () => Promise<void>;
}

const firstAnswerMs = 30_000;
const standingMs = 20_000;
/** Two exports more: the beginning of the load is known the better the more arrivals were counted. */
const clockMs = 2_500;
const revertGraceMs = 20_000;
const detectorGraceMs = 5_000;
const undoTimeoutMs = 60_000;
/** More than a store may take until it answers, or is given up. */
const restartLimitMs = 150_000;
/** A calibration that is over before the fault comes. */
const calibrationShare = 0.75;

/** What is done beside the load of a drill: it is watched by a detector that knows of nothing, and something is broken. */
export class DrillConductor {
  readonly #context: ConductContext;
  readonly #answering = defer<void>();
  readonly #standing = defer<void>();
  readonly #loadEnded = new AbortController();
  /** Aborts at the first alarm of the fault where one is responded to. */
  readonly #alarmed = new AbortController();
  readonly #posts: Array<Promise<void>> = [];
  #drill: Drill;
  #programs: ProgramContext | null = null;
  #detector: DrillProgram | null = null;
  #injector: DrillProgram | null = null;
  #duty: EndDuty | null = null;
  #processesFile: string | null = null;
  /** Of that file: one after the other. */
  #processesWritten: Promise<void> = Promise.resolve();
  /** Epoch milliseconds. */
  #endOfHold = 0;
  /** Of the baseline: those of a long load would pile up. */
  readonly #lines: LoadLine[] = [];
  #isBaseline = true;
  readonly #surge: PlannedSurge | null;
  /** Of the stores that the fault ends: settles when they are there again. */
  readonly #restarts: ReadonlyMap<string, Deferred<void>>;

  constructor(context: ConductContext) {
    this.#context = context;
    this.#surge = plannedSurge(context.scenario);
    const { fault, batch, repeat, estimate, placebo, mitigate } = context.plan;
    this.#restarts = new Map((fault.restarts ?? []).map((store) => [store, defer<void>()]));
    for (const { promise } of this.#restarts.values()) promise.catch(() => undefined); // not every drill comes so far
    this.#drill = {
      fault: fault.id,
      failure: fault.failure,
      mitigation: fault.mitigation ?? null,
      mitigates: fault.mitigates ?? null,
      batch,
      repeat,
      estimate,
      phases: [],
      injection: null,
      detection: null,
      notifications: [],
      response: mitigate === null ? null : notResponded(mitigate),
      placebo,
      lateness: null,
      repair: null,
      assessment: null,
    };
  }

  /** Before the load, so that its first answers are among what the detector learns from. */
  async startDetector(): Promise<void> {
    const { plan, manifest, stack, supervisor, clock, env, folder } = this.#context;
    const { baseUrl, metricsUrls, redisUrl, mysqlUrl, kafkaBrokers } = stack.endpoints;
    const logFile = (name: string) => folder.log(name);
    this.#programs = { supervisor, clock, env, folder: await supervisor.tempDir('drill'), logFile };
    this.#change({
      detection: { readyAt: null, signals: [], alarms: [], readings: { made: 0, failed: 0 }, error: null },
    });
    this.#detector = await startProgram(
      'detect',
      {
        metricsUrls,
        canaryUrl: canaryUrl(manifest, baseUrl),
        redisUrl,
        mysqlUrl,
        kafkaBrokers,
        watch: manifest.watch,
        latencyMs: plan.latencyMs,
        freshnessMs: plan.freshnessMs,
        calibrationMs: Math.round(plan.baselineMs * calibrationShare),
      },
      (line) => this.#hearDetector(line),
      this.#programs,
    );
  }

  /** Each line that k6 reports. */
  hear(line: LoadLine): void {
    if (this.#isBaseline) this.#lines.push(line);
    if (Object.keys(line.counters).length > 0) this.#answering.resolve();
  }

  /** k6 has ended; what waits for the fault's time to pass does not wait any longer. */
  endLoad(): void {
    this.#loadEnded.abort(
      new LoadkitError(cutShort, 'the load ended before the drill was over', {
        hint: 'see logs/k6.log in the run folder',
        exitCode: exitCode.inconclusive,
      }),
    );
  }

  /** From the first answer to the end of the load. Whatever happens, the fault is undone when it settles. */
  async conduct(signal: AbortSignal): Promise<void> {
    const { plan, clock } = this.#context;
    const until = AbortSignal.any([signal, this.#loadEnded.signal]);
    await withTimeout(firstAnswerMs, () => this.#answering.promise, until);
    try {
      await this.#phase('baseline', () => this.#passBaseline(until));
      await this.#phase('inject', () => this.#injected(until));
      const endAt = clock.now() + plan.holdMs;
      const isAlarmed = await this.#phase('hold', () => this.#held(endAt, until));
      const { mitigate } = plan;
      if (isAlarmed && mitigate !== null) await this.#phase('mitigate', () => this.#respond(mitigate, endAt, until));
    } finally {
      await this.#revert();
    }
    this.#checkHold();
    await this.#phase('recover', () =>
      untilLoadEnds({ clock, loadMs: drillLoadMs(plan), loadEnded: this.#loadEnded.signal, signal }),
    );
  }

  /** What was found out after the load. */
  learn(found: Partial<Pick<Drill, 'lateness' | 'repair'>>): void {
    this.#change(found);
  }

  /** After the drain: alarms of a backlog come late. */
  async stopDetector(): Promise<void> {
    await this.#detector?.end(detectorGraceMs);
    this.#detector = null;
    await Promise.all(this.#posts);
  }

  /** A service that fails already has nothing that a fault could be compared with. */
  #checkBaseline(): void {
    this.#isBaseline = false;
    const [doubt] = baselineDoubts({ scenario: this.#context.scenario, drill: this.#drill, lines: this.#lines });
    if (doubt === undefined) return;
    const why = Object.entries(doubt.values).map(([name, value]) => `${name} ${value}`);
    throw new LoadkitError(doubt.id, `nothing was broken: the service was not well before (${why.join(', ')})`, {
      hint: 'a lower --rate, or a longer --baseline',
      exitCode: exitCode.inconclusive,
    });
  }

  /** The injector starts meanwhile, so that what that costs the machine falls into the baseline and not beside the fault. */
  async #passBaseline(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    const startAt = await this.#injectionTime(signal);
    await this.#startInjector(startAt);
    await clock.sleep(startAt - baselineCheckMs - clock.now(), signal);
    this.#checkBaseline();
  }

  /** When the baseline is over; with a surge, when k6 begins it by a clock of its own. */
  async #injectionTime(signal: AbortSignal): Promise<number> {
    const { plan, clock } = this.#context;
    const from = clock.now();
    if (this.#surge === null) return from + plan.baselineMs + baselineCheckMs;
    const { fromMs, usualPerSecond } = this.#surge;
    await clock.sleep(clockMs, signal);
    return Math.round((loadBegin(this.#lines, usualPerSecond) ?? from) + fromMs);
  }

  async #startInjector(startAt: number): Promise<void> {
    const { plan, supervisor, env, folder, journals } = this.#context;
    const programs = this.#programs;
    if (programs === null) throw new Error('the detector was not started');
    const maxMs = longestHoldMs(plan);
    const injection = { injectedAt: null, revertedAt: null, revertedBy: null, facts: {}, undone: [], error: null };
    this.#change({ injection: { ...injection, startedAt: startAt, maxMs } });
    const journalFile = newJournalFile(journals);
    this.#duty = await supervisor.runAtEnd({
      ...drillCommand('undo', ['--journal', journalFile], env),
      logFile: folder.log('undo'),
      timeoutMs: undoTimeoutMs,
    });
    this.#processesFile = join(programs.folder, 'processes.json');
    await this.#writeProcesses(this.#processesFile);
    const order = { fault: plan.fault.id, target: this.#target(this.#processesFile), startAt, maxMs, journalFile };
    this.#injector = await startProgram('inject', order, (line) => this.#hearInjector(line), programs);
  }

  /** Resolves when the fault stands. */
  async #injected(signal: AbortSignal): Promise<void> {
    if (this.#injector === null) throw new Error('no injector was started');
    const died = this.#injector.process.exited.then(() => {
      throw notInjected(this.#context.plan, this.#drill.injection);
    });
    await withTimeout(standingMs, () => Promise.race([this.#standing.promise, died]), signal);
    await this.#context.keep();
  }

  /** Ends the injector, which puts everything back first; the end command is kept where that failed. */
  async #revert(): Promise<void> {
    if (this.#injector === null) return;
    this.#endOfHold = this.#context.clock.now();
    await this.#injector.end(revertGraceMs);
    this.#injector = null;
    const { revertedAt, undone } = this.#drill.injection ?? { revertedAt: null, undone: [] };
    if (revertedAt !== null && undone.every(({ outcome }) => outcome !== 'failed')) await this.#duty?.withdraw();
  }

  /** To the end of its time, or to the first alarm where something is to be done then: whether that came. */
  async #held(endAt: number, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#context;
    const alarmed = this.#alarmed.signal;
    await clock.sleep(endAt - clock.now(), AbortSignal.any([signal, alarmed])).catch(() => signal.throwIfAborted());
    if (alarmed.aborted && clock.now() < endAt) return true;
    await this.#storesRestarted(signal);
    return false;
  }

  /** What is to be done against the fault is done while it stands, to the end of its time. */
  async #respond(command: string, endAt: number, signal: AbortSignal): Promise<void> {
    const { stack, supervisor, clock, env, folder } = this.#context;
    const onChange = async (response: Response) => {
      this.#change({ response, mitigation: this.#drill.mitigation ?? 'response' });
      await this.#context.keep();
    };
    const { endpoints } = stack;
    const logFile = folder.log('mitigate');
    await respond({ command, endpoints, supervisor, clock, env, logFile, onChange }, endAt, signal);
    await this.#storesRestarted(signal);
  }

  #checkHold(): void {
    const { fault, injection } = this.#drill;
    const error = injectionError(fault, injection, this.#endOfHold);
    if (error !== null) throw error;
  }

  /** True for a store that the fault ends, from its injection on. */
  expectsEndOf(store: string): boolean {
    return this.#restarts.has(store) && this.#drill.phases.some(({ name }) => name === 'inject');
  }

  /** Of the stack. */
  async hearEvent({ t, name, subject, detail }: EventLine): Promise<void> {
    this.#hearRestart(t, name, subject, detail);
    if (name !== 'process-restarted') return;
    // What kills a process each time has to know.
    if (this.#processesFile !== null) await this.#writeProcesses(this.#processesFile);
  }

  #hearRestart(t: number, name: string, store: string, detail: string | undefined): void {
    const restart = this.#restarts.get(store);
    if (restart === undefined) return;
    if (name === 'process-lost') restart.reject(notRestarted(store, detail));
    if (name !== 'process-restarted') return;
    const { injectedAt = null, facts = {} } = this.#drill.injection ?? {};
    if (injectedAt !== null) this.#changeInjection({ facts: { ...facts, downMs: t - injectedAt } });
    restart.resolve();
  }

  /** The stack starts them again by itself: only then is all as it was. */
  async #storesRestarted(signal: AbortSignal): Promise<void> {
    const restarts = [...this.#restarts.values()].map(({ promise }) => promise);
    await withTimeout(restartLimitMs, async () => void (await Promise.all(restarts)), signal);
  }

  async #writeProcesses(file: string): Promise<void> {
    const write = async () => {
      await writeFile(`${file}.tmp`, JSON.stringify(this.#ownProcesses()));
      await rename(`${file}.tmp`, file);
    };
    const written = this.#processesWritten.then(write);
    this.#processesWritten = written.catch(() => undefined);
    await written;
  }

  /** What listens at the addresses of somebody else's target is nothing that loadkit started. */
  #ownProcesses(): FaultTarget['processes'] {
    const { stack } = this.#context;
    return stack.provider === 'external' ? [] : [...stack.processes()];
  }

  #target(processesFile: string): FaultTarget {
    const { stack, manifest } = this.#context;
    const { baseUrl, redisUrl, mysqlUrl, kafkaBrokers, metricsUrls } = stack.endpoints;
    return {
      baseUrl,
      redisUrl,
      mysqlUrl,
      kafkaBrokers: kafkaBrokers === null ? null : [...kafkaBrokers],
      foreign: stack.provider === 'external',
      proxies: stack.proxies,
      processes: this.#ownProcesses(),
      processesFile,
      redisLocks: [...manifest.watch.redisLocks],
      overridesFile: stack.overridesFile,
      overridable: [...(manifest.overrides?.settings ?? [])],
      metricsUrls: { ...metricsUrls },
      overridesMetric: manifest.overrides?.metric ?? null,
    };
  }

  #hearInjector(line: string): void {
    const word = injectorWordSchema.parse(JSON.parse(line));
    switch (word.kind) {
      case 'standing':
        this.#changeInjection({ injectedAt: word.t, facts: { ...word.facts, ...surgeFacts(this.#surge) } });
        this.#event('fault-injected', word.t);
        this.#standing.resolve();
        return;
      case 'failed':
        this.#changeInjection({
          error: word.hint === null ? word.message : `${word.message} (${word.hint})`,
          undone: word.undone,
        });
        return;
      case 'reverted':
        this.#changeInjection({ revertedAt: word.t, revertedBy: word.by, undone: word.undone });
        this.#event('fault-reverted', word.t);
    }
  }

  #hearDetector(line: string): void {
    const word = detectorWordSchema.parse(JSON.parse(line));
    const { detection } = this.#drill;
    if (detection === null) return;
    switch (word.kind) {
      case 'ready':
        this.#change({ detection: { ...detection, readyAt: word.t, signals: word.signals, error: word.error } });
        return;
      case 'values':
        this.#context.onLine({
          kind: 'sample',
          t: word.t,
          probe: 'detector',
          outcome: 'ok',
          tookMs: 0,
          values: word.values,
        });
        return;
      case 'alarm': {
        const { kind: _, ...alarm } = word;
        this.#change({ detection: { ...detection, alarms: [...detection.alarms, alarm] } });
        this.#context.onLine({ kind: 'event', t: alarm.t, name: 'alarm', subject: alarm.signal, detail: alarm.rule });
        if (!notifies(alarm)) return;
        this.#notify(alarm);
        // What hurts before it stands may alarm before it stands, too.
        const since = this.#drill.injection?.startedAt ?? Number.POSITIVE_INFINITY;
        if (this.#context.plan.mitigate !== null && alarm.t >= since) this.#alarmed.abort();
        return;
      }
      case 'end':
        this.#change({ detection: { ...detection, readings: word.readings, error: word.error ?? detection.error } });
    }
  }

  #notify(alarm: Alarm): void {
    const { plan, clock, observer, stack } = this.#context;
    const text = `loadkit drill: ${alarmText(alarm)}`;
    observer.note(text);
    const t = clock.now();
    this.#addNotification({ channel: 'console', signal: alarm.signal, sentAt: t, deliveredAt: t, error: null });
    if (plan.webhook === null) return;
    const where = stack.endpoints.baseUrl ?? 'the service';
    this.#posts.push(
      postAlarm(plan.webhook, alarm, `${text} at ${where}`, clock).then((one) => this.#addNotification(one)),
    );
  }

  #addNotification(one: Drill['notifications'][number]): void {
    this.#change({ notifications: [...this.#drill.notifications, one] });
  }

  async #phase<T>(name: DrillPhaseName, step: () => Promise<T>): Promise<T> {
    const { clock, observer } = this.#context;
    const startedAt = clock.now();
    this.#change({ phases: [...this.#drill.phases, { name, startedAt, endedAt: null }] });
    this.#event('drill-phase', startedAt, name);
    observer.step(`${name}: ${this.#drill.fault}`);
    await this.#context.keep();
    try {
      return await step();
    } finally {
      const endedAt = clock.now();
      this.#change({
        phases: this.#drill.phases.map((phase) =>
          phase.startedAt === startedAt && phase.name === name ? { ...phase, endedAt } : phase,
        ),
      });
    }
  }

  #event(name: string, t: number, subject: string = this.#drill.fault): void {
    this.#context.onLine({ kind: 'event', t, name, subject });
  }

  #changeInjection(changed: Partial<Injection>): void {
    const { injection } = this.#drill;
    if (injection !== null) this.#change({ injection: { ...injection, ...changed } });
  }

  #change(changed: Partial<Drill>): void {
    this.#drill = { ...this.#drill, ...changed };
    this.#context.onDrill(this.#drill);
  }
}

/** Arrivals a second. */
function surgeFacts(surge: PlannedSurge | null): Injection['facts'] {
  return surge === null ? {} : { usualRate: surge.usualPerSecond, surgeRate: surge.perSecond };
}

function notInjected({ fault }: DrillPlan, injection: Injection | null): LoadkitError {
  return new LoadkitError('fault-not-injected', `${fault.id}: ${injection?.error ?? 'the injector ended'}`, {
    hint: whatIsLeft(injection),
    exitCode: exitCode.unreachable,
  });
}

function notRestarted(store: string, why = 'nobody knows why'): LoadkitError {
  return new LoadkitError('store-not-restarted', `${store} was ended and could not be started again: ${why}`, {
    hint: `the whole log: logs/${store}.log in the run folder`,
    exitCode: exitCode.unreachable,
  });
}
