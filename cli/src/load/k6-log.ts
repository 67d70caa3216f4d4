import { z } from 'zod';

const lineSchema = z.looseObject({ level: z.string(), msg: z.string() });

/** The errors in a log that k6 wrote with `--log-format json`, or its last lines when there are none (a Go panic). */
export function errorsInLog(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.flatMap((line) => {
    const entry = lineSchema.safeParse(parseJson(line));
    return entry.success && ['error', 'fatal'].includes(entry.data.level) ? [entry.data.msg.trim()] : [];
  });
  return errors.length > 0 ? errors.join('\n') : lines.slice(-10).join('\n');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
