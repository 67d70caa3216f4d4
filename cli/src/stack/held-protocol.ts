import { z } from 'zod';
import { eventLineSchema } from '../record/series.ts';

/** What a keeper and those who use its stack say to each other: one JSON object a line, over a Unix socket. */

export const questionSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('status') }),
  /** To have the stack for oneself, until the connection is closed. */
  z.object({ ask: z.literal('take'), pid: z.int().positive() }),
]);
export type Question = z.infer<typeof questionSchema>;

const livingSchema = z.object({
  processes: z.array(z.object({ name: z.string(), pid: z.int().positive() })),
  containers: z.array(z.object({ name: z.string(), id: z.string(), engine: z.string().nullable() })),
  /** Names of what was there at the start and is not running now. */
  missing: z.array(z.string()),
});
/** What of the stack runs now. */
export type Living = z.infer<typeof livingSchema>;

export const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), living: livingSchema, takenBy: z.int().nullable() }),
  z.object({ kind: z.literal('taken'), living: livingSchema }),
  z.object({ kind: z.literal('refused'), takenBy: z.int() }),
  /** To whoever has taken it. */
  z.object({ kind: z.literal('event'), event: eventLineSchema, living: livingSchema }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** Longer is nothing that either side says. */
const mostCharacters = 4_000_000;

/** Cuts a stream into lines; one that does not end is given out as far as it came, and is then no JSON. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > mostCharacters) {
      lines.push(rest);
      rest = '';
    }
    for (const line of lines) onLine(line);
  };
}
