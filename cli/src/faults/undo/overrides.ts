import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode } from '../../system/process-identity.ts';
import type { UndoStepOf } from '../undo-step.ts';
import type { Undoing } from './undoing.ts';

/** Takes the file away if it is still ours: the service goes back to the settings of its start. */
export function undoOverrides({ file, id }: UndoStepOf<'overrides'>): Undoing {
  return {
    subject: id,
    undo: async () => {
      if ((await idIn(file)) !== id) return 'absent';
      await rm(file, { force: true });
      return 'undone';
    },
  };
}

const contentSchema = z.object({ id: z.string() });

/** Null when there is no file, or one that the service does not take for one either. */
async function idIn(file: string): Promise<string | null> {
  try {
    return contentSchema.parse(JSON.parse(await readFile(file, 'utf8'))).id;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
