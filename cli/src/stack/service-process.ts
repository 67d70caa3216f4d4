import { join } from 'node:path';
import type { EventLine } from '../record/series.ts';
import { messageOf } from '../system/error.ts';
import type { ProcessSpec, SupervisedProcess } from '../system/supervisor.ts';
import { obituary } from './obituary.ts';
import { startOnFreePort, waitUntilReady } from './readiness.ts';
import { commandLine, type ServiceSetting, serviceEnvironment } from './service-command.ts';
import type { ServiceManifest } from './service-manifest.ts';
import type { StartContext } from './start-context.ts';

export type ManifestProcess = ServiceManifest['processes'][number];

/** A process of the service that answered its ready path. */
export interface ServiceProcess {
  readonly name: string;
  readonly port: number;
  readonly spec: ProcessSpec;
  readonly process: SupervisedProcess;
}

const timeoutMs = 60_000;
const requestTimeoutMs = 2_000;
const firstDelayMs = 200;
const longestDelayMs = 5_000;
/** After living this long a process has earned a quick restart again. */
const settledMs = 10_000;

export async function startServiceProcess(
  declared: ManifestProcess,
  setting: ServiceSetting,
  context: StartContext,
): Promise<ServiceProcess> {
  return startOnFreePort(context.ports, async (port) => {
    const spec: ProcessSpec = {
      name: declared.name,
      ...commandLine(declared.command, setting.nodeFile),
      env: serviceEnvironment(context.env, setting, { HOST: '127.0.0.1', PORT: String(port), ...declared.env }),
      cwd: setting.folder,
      logFile: join(context.logFolder, `${declared.name}.log`),
    };
    const process = await context.spawn(spec);
    const url = `http://127.0.0.1:${port}${declared.ready}`;
    await waitUntilReady(process, (signal) => answersOk(url, signal), { ...context, timeoutMs });
    return { name: declared.name, port, spec, process };
  });
}

/** Throws with the status, so that a time-out can name it. */
async function answersOk(url: string, signal: AbortSignal): Promise<true> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]) });
  const body = await response.text();
  if (response.status === 200) return true;
  throw new Error(`${response.status} ${body.slice(0, 200)}`);
}

export interface Watch {
  readonly context: StartContext;
  /** Aborts when the stack is being stopped. */
  readonly stopping: AbortSignal;
  readonly emit: (event: EventLine) => void;
  readonly onStarted: (process: SupervisedProcess) => void;
}

/** Reports each end of the process and, with `spec`, starts it again: same port, growing delays. Never rejects. */
export async function watchProcess(process: SupervisedProcess, spec: ProcessSpec | null, watch: Watch): Promise<void> {
  const { context, stopping, emit, onStarted } = watch;
  const { clock } = context;
  let current = process;
  let delayMs = firstDelayMs;
  for (;;) {
    const bornAt = clock.monotonic();
    const exit = await current.exited;
    if (stopping.aborted) return;
    emit(await obituary(current, exit));
    if (spec === null) return;
    if (clock.monotonic() - bornAt >= settledMs) delayMs = firstDelayMs;
    try {
      await clock.sleep(delayMs, stopping);
      current = await context.spawn(spec);
    } catch (error) {
      if (stopping.aborted) return;
      emit({ kind: 'event', t: clock.now(), name: 'process-lost', subject: spec.name, detail: messageOf(error) });
      return;
    }
    if (stopping.aborted) {
      await current.stop({ graceMs: 0 });
      return;
    }
    onStarted(current);
    const detail = `pid ${current.pid}, after ${delayMs} ms`;
    emit({ kind: 'event', t: clock.now(), name: 'process-restarted', subject: spec.name, detail });
    delayMs = Math.min(delayMs * 2, longestDelayMs);
  }
}
