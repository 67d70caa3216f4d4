import { runLoad } from '../load/k6-run.ts';
import type { LoadOutcome, LoadRequest } from '../load/load.ts';
import type { RunFolder } from '../record/run-folder.ts';
import type { StackProcess } from '../stack/stack.ts';
import type { Clock } from '../system/clock.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { K6Tool } from '../system/tool.ts';
import { readCpuLimit } from './cpu-limit.ts';
import type { RunPlan } from './plan-run.ts';
import type { RunFacts } from './run-facts.ts';

export interface GeneratorContext {
  readonly plan: RunPlan;
  readonly k6: K6Tool;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: RunFolder;
  readonly facts: RunFacts;
  readonly signal: AbortSignal;
}

/** k6, once for the warm-up and once for the load of a run; its limits go into the record. */
export class LoadGenerator {
  readonly #context: GeneratorContext;
  #process: StackProcess | null = null;

  constructor(context: GeneratorContext) {
    this.#context = context;
  }

  /** For the process probe: k6 while it runs. */
  processes(): readonly StackProcess[] {
    return this.#process === null ? [] : [this.#process];
  }

  async run(
    log: 'k6' | 'k6-warmup',
    {
      until,
      ...request
    }: Pick<LoadRequest, 'parameters' | 'baseUrl' | 'onLine' | 'consoleFile'> & {
      /** Ends it early, as the run's own signal does. */
      readonly until?: AbortSignal;
    },
  ): Promise<LoadOutcome> {
    const { plan, k6, supervisor, clock, env, folder, signal } = this.#context;
    const ended = new AbortController();
    let described: Promise<void> | undefined;
    try {
      return await runLoad({
        ...request,
        k6,
        scriptFile: plan.file.file,
        options: plan.scenario.options,
        foreign: plan.scenario.foreign,
        withoutExport: plan.withoutExport,
        withoutSummary: plan.withoutSummary,
        allowedAddresses: plan.allowedHosts.flatMap(({ addresses }) => addresses),
        logFile: folder.log(log),
        outputFile: folder.k6Output,
        supervisor,
        clock,
        env,
        onStarted: (pid) => {
          this.#process = { name: 'k6', pid };
          if (log === 'k6') described = this.#describe(pid, ended.signal);
        },
        signal: until === undefined ? signal : AbortSignal.any([signal, until]),
      });
    } finally {
      this.#process = null;
      ended.abort();
      await described;
    }
  }

  /** After a moment, because a wrapper such as `taskset` narrows the limit before it becomes k6; or at its end. */
  async #describe(pid: number, ended: AbortSignal): Promise<void> {
    const { clock, k6, facts, plan } = this.#context;
    await clock.sleep(1_000, ended).catch(() => undefined);
    const cpuLimit = await readCpuLimit(pid, facts.record().host.cpuCount);
    facts.addParts([
      {
        name: 'k6',
        product: 'k6',
        version: k6.version,
        origin: 'local',
        settings: { ...(cpuLimit === null ? {} : { cpuLimit }), maxVus: plan.scenario.maxVus },
      },
    ]);
  }
}
