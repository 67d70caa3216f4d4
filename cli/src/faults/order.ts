import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { epochMs } from '../record/epoch-ms.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { maskSecrets } from '../system/secret.ts';
import { faultTargetSchema } from './fault-target.ts';

/** Of a wait, and of a fault. */
const longestMs = 3_600_000;
const isSoon = (t: number) => t - Date.now() <= longestMs;

/** What an injector is started with. */
export const injectionOrderSchema = z.object({
  /** Id in the registry. */
  fault: z.string(),
  target: faultTargetSchema,
  /** When to inject; null or past: as soon as it can. What takes time (starting, looking, the journal) is done by then. */
  startAt: epochMs.refine(isSoon, 'more than an hour ahead').nullable().default(null),
  /** Hard limit, held by the injector itself: from the first touch on. Milliseconds. */
  maxMs: z.number().positive().max(longestMs),
  /** A file that is not there yet; see `newJournalFile`. */
  journalFile: z.string(),
});
export type InjectionOrder = z.infer<typeof injectionOrderSchema>;

/** Rejects with `LoadkitError` (exit 2) when the file is not there or no order. */
export async function readOrder(file: string): Promise<InjectionOrder> {
  try {
    return injectionOrderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new LoadkitError(
      'order-unreadable',
      `${file} is no order for an injector: ${maskSecrets(messageOf(error))}`,
      {
        hint: 'loadkit drill inject is started by loadkit drill',
        exitCode: exitCode.usage,
        cause: error,
      },
    );
  }
}
