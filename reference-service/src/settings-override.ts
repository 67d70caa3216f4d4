import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { adopt, type Config } from './config.ts';
import type { CalmLog, Log } from './log.ts';

const lookEveryMs = 100;

/** Content of the file; it is replaced by renaming another, never written in place. */
const contentSchema = z.strictObject({
  id: z.string().min(1),
  /** Epoch milliseconds; from then on it is as if there were no file, whoever should have removed it. */
  until: z.number(),
  settings: z.record(z.string(), z.string()),
});

interface Overrides {
  readonly id: string;
  readonly until: number;
  readonly config: Config;
}

export interface SettingsOverride {
  /** Of the overrides that are in force; undefined while the settings of the start hold. */
  readonly id: string | undefined;
  /** Calls `listener` after each change, until the function that it returns is called. */
  onChange(listener: () => void): () => void;
  stop(): void;
}

export interface OverrideParts {
  /** Of the start. Its groups hold the values that are in force. */
  readonly config: Config;
  /** The configuration with these settings in place of those of the start; throws when one is wrong. */
  readonly read: (settings: Readonly<Record<string, string>>) => Config;
  readonly log: Log;
  readonly calmLog: CalmLog;
}

/**
 * Follows `config.overridesFile`: what stands in it is in force when this returns, and each change within about 100 ms.
 * One wrong name or value, and nothing of the file is in force; the log says so once.
 */
export function followOverrides({ config, read, log, calmLog }: OverrideParts): SettingsOverride {
  const file = config.overridesFile;
  const changes = new EventEmitter();
  const ofStart = read({});
  let text = '';
  let wanted: Overrides | undefined;
  let inForce: Overrides | undefined;

  const decode = (content: string): Overrides | undefined => {
    if (content === '') return undefined;
    try {
      const { id, until, settings } = contentSchema.parse(JSON.parse(content));
      return { id, until, config: read(settings) };
    } catch (error) {
      log.warn({ file, reason: error instanceof Error ? error.message : String(error) }, 'overrides are ignored');
      return undefined;
    }
  };
  const look = (content: string): void => {
    if (content !== text) {
      text = content;
      wanted = decode(content);
    }
    const next = wanted !== undefined && Date.now() < wanted.until ? wanted : undefined;
    if (next === inForce) return;
    inForce = next;
    adopt(config, next?.config ?? ofStart);
    log.info({ override: next?.id ?? null }, next === undefined ? 'settings of the start hold' : 'settings overridden');
    changes.emit('change');
  };
  const stopLooking = file === undefined ? () => undefined : lookAt(file, look, calmLog);

  return {
    get id() {
      return inForce?.id;
    },
    onChange: (listener) => {
      changes.on('change', listener);
      return () => void changes.off('change', listener);
    },
    stop: stopLooking,
  };
}

/** Gives the content of the file to `look`, empty without one: now, and again and again until it is stopped. */
function lookAt(file: string, look: (content: string) => void, log: CalmLog): () => void {
  // A file that cannot be read just now (too many are open) is taken to be as it was.
  const unreadable = (error: unknown): void => {
    if (isMissing(error)) look('');
    else log.error('overrides cannot be read', error);
  };
  try {
    look(readFileSync(file, 'utf8'));
  } catch (error) {
    unreadable(error);
  }
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const lookAgain = async (): Promise<void> => {
    await readFile(file, 'utf8').then(look).catch(unreadable);
    again();
  };
  const again = (): void => {
    if (!stopped) timer = setTimeout(lookAgain, lookEveryMs);
  };
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
