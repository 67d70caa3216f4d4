import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { systemClock } from '../system/clock.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { pollUntil } from '../system/polling.ts';
import type { PreparedFault } from './fault.ts';
import type { FaultTarget } from './fault-target.ts';

export type Settings = Readonly<Record<string, string>>;

/** For a look at the file every 100 ms, and for a process that is just being started again. */
const confirmWithinMs = 5_000;
const lookEveryMs = 50;
const askTimeoutMs = 1_000;

/** What confirms it: the metric with the id of the change, on each of these pages. */
interface Confirmation {
  readonly metric: string;
  readonly pages: ReadonlyArray<readonly [process: string, url: string]>;
}

export interface PreparedOverride extends PreparedFault {
  /** Takes the place of what was injected, with the same undo; each process sees it within 100 ms. */
  replace(settings: Settings, ending: AbortSignal, until: number): Promise<void>;
}

/**
 * Changes settings of the running service until the undo, and at the latest until the injector's own limit: from then on
 * the service drops the change by itself. `inject` resolves with the settings when every process has confirmed them, and
 * rejects with `LoadkitError` `settings-not-taken` (93) when one has not within 5 s.
 */
export async function prepareOverride(
  target: FaultTarget,
  settings: Settings,
  signal: AbortSignal,
): Promise<PreparedOverride> {
  const file = placeOf(target, settings);
  const confirmation = confirmationOf(target);
  await Promise.all(confirmation.pages.map(([name, url]) => readable(name, url, signal)));
  const id = `loadkit-drill-${randomUUID()}`;
  const replace: PreparedOverride['replace'] = async (changed, ending, until) => {
    ending.throwIfAborted();
    await writeOverride(file, { id, until, settings: changed });
  };
  return {
    undo: [{ kind: 'overrides', file, id }],
    replace,
    inject: async (_, ending, until) => {
      await replace(settings, ending, until);
      await confirmed(confirmation, id, ending);
      return { ...settings };
    },
  };
}

function placeOf({ overridesFile, overridable }: FaultTarget, settings: Settings): string {
  const fixed = Object.keys(settings).filter((name) => !overridable.includes(name));
  if (overridesFile !== null && fixed.length === 0) return overridesFile;
  const what = overridesFile === null ? 'settings' : fixed.join(', ');
  throw new LoadkitError('fault-settings', `the target cannot be told to change ${what} while it runs`, {
    hint: 'the manifest of the service says which it can: overrides.settings',
    exitCode: exitCode.usage,
  });
}

function confirmationOf({ overridesMetric: metric, metricsUrls }: FaultTarget): Confirmation {
  const pages = Object.entries(metricsUrls);
  if (metric !== null && pages.length > 0) return { metric, pages };
  throw new LoadkitError('fault-settings', 'nobody tells whether changed settings are in force', {
    hint: 'the manifest of the service names what does: overrides.metric, and processes[].metrics',
    exitCode: exitCode.usage,
  });
}

async function readable(name: string, url: string, signal: AbortSignal): Promise<void> {
  try {
    await readPage(url, signal);
  } catch (error) {
    throw new LoadkitError('metrics-unreachable', `the metrics of ${name} cannot be read: ${messageOf(error)}`, {
      hint: 'they say whether changed settings are in force',
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}

/** Replaced whole, so that nobody reads half of it. */
async function writeOverride(
  file: string,
  content: { readonly id: string; readonly until: number; readonly settings: Settings },
): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
  await rename(draft, file);
}

async function confirmed({ metric, pages }: Confirmation, id: string, ending: AbortSignal): Promise<void> {
  const missing = new Set(pages.map(([name]) => name));
  const attempt = async () => {
    const open = pages.filter(([name]) => missing.has(name));
    // A process that answers nothing just now may be on its way back.
    const answers = await Promise.allSettled(
      open.map(async ([, url]) => shows(await readPage(url, ending), metric, id)),
    );
    for (const [index, [name]] of open.entries()) {
      const answer = answers[index];
      if (answer?.status === 'fulfilled' && answer.value) missing.delete(name);
    }
    return missing.size === 0 ? true : undefined;
  };
  const limits = { clock: systemClock, timeoutMs: confirmWithinMs, intervalMs: lookEveryMs };
  if (!(await pollUntil(attempt, { ...limits, signal: ending })).timedOut) return;
  throw new LoadkitError(
    'settings-not-taken',
    `${[...missing].join(' and ')} did not confirm the changed settings within ${confirmWithinMs} ms`,
    { hint: `its /metrics would show ${metric}{id="${id}"} 1; see its log`, exitCode: exitCode.unreachable },
  );
}

async function readPage(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(askTimeoutMs)]) });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${url} answered ${response.status}`);
}

/** True when a page of Prometheus text has the metric with this id, and 1. */
export function shows(page: string, metric: string, id: string): boolean {
  return page.split('\n').some((line) => {
    if (!(line.startsWith(`${metric}{`) && line.includes(`id="${id}"`))) return false;
    return (
      Number(
        line
          .slice(line.lastIndexOf('}') + 1)
          .trim()
          .split(/\s+/)[0],
      ) === 1
    );
  });
}
