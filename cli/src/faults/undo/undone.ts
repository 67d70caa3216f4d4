import type { Undone } from '../../record/drill.ts';
import { messageOf } from '../../system/error.ts';
import { maskSecrets } from '../../system/secret.ts';
import type { UndoStep } from '../undo-step.ts';
import { undoClientPause } from './client-pause.ts';
import { undoMysqlSession } from './mysql-session.ts';
import { undoOverrides } from './overrides.ts';
import { undoRedisKey } from './redis-key.ts';
import { undoStoppedProcess } from './stopped-process.ts';
import { undoToxics } from './toxics.ts';
import type { Undoing } from './undoing.ts';

/** Never rejects: what could not be undone is an outcome. */
export async function undoStep(step: UndoStep, signal: AbortSignal): Promise<Undone> {
  const { subject, undo } = undoingOf(step);
  try {
    return { kind: step.kind, subject, outcome: await undo(signal), error: null };
  } catch (error) {
    return { kind: step.kind, subject, outcome: 'failed', error: maskSecrets(messageOf(error)) };
  }
}

function undoingOf(step: UndoStep): Undoing {
  switch (step.kind) {
    case 'redis-key':
      return undoRedisKey(step);
    case 'toxics':
      return undoToxics(step);
    case 'mysql-session':
      return undoMysqlSession(step);
    case 'stopped-process':
      return undoStoppedProcess(step);
    case 'client-pause':
      return undoClientPause(step);
    case 'overrides':
      return undoOverrides(step);
  }
}
