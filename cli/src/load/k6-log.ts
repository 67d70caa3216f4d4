import { z } from 'zod';

const lineSchema = z.looseObject({
  level: z.string(),
  msg: z.string(),
  /** Versions by name, of what another k6 would have to have. */
  deps: z.record(z.string(), z.string().nullable()).optional().catch(undefined),
});

/** The errors in a log that k6 wrote with `--log-format json`, or its last lines when there are none (a Go panic). */
export function errorsInLog(log: string): string {
  const errors = entriesOf(log).flatMap(({ level, msg }) => (['error', 'fatal'].includes(level) ? [msg.trim()] : []));
  return errors.length > 0 ? errors.join('\n') : linesOf(log).slice(-10).join('\n');
}

/** The messages of such a log, of whatever level. */
export function messagesInLog(log: string): string[] {
  return entriesOf(log).map(({ msg }) => msg);
}

/** What k6 would have fetched another k6 for: `k6/x/sql`, `k6 >=99`; null when it did not want to. */
export function lackingInLog(log: string): string | null {
  const deps = entriesOf(log).find((entry) => entry.deps !== undefined)?.deps;
  if (deps === undefined || !log.includes('Failed to provision a k6 binary')) return null;
  const named = Object.entries(deps).flatMap(([name, version]) => {
    if (version !== null) return [`${name} ${version}`];
    return name === 'k6' ? [] : [name];
  });
  return named.join(', ') || 'what the script needs';
}

function entriesOf(log: string): Array<z.infer<typeof lineSchema>> {
  return linesOf(log).flatMap((line) => {
    const entry = lineSchema.safeParse(parseJson(line));
    return entry.success ? [entry.data] : [];
  });
}

function linesOf(log: string): string[] {
  return log.split('\n').filter((line) => line.trim() !== '');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
