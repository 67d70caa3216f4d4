import { onEndingSignal } from '../system/ending-signals.ts';

/**
 * The guard's own program: `node guard-program.js JOURNAL`, with an IPC channel to the injector. The system closes the
 * channel when the injector has ended, also when it was killed; what the journal names by then is undone.
 */
function main(): void {
  const [journalFile = ''] = process.argv.slice(2);
  // Who ends the injector may mean us too; there is something to do first.
  onEndingSignal(() => {});
  // Nothing tells of a channel that closed while this program was being loaded. Nothing was injected by then, and yet the
  // journal is there: an injector that was killed with all who know of it would leave it, and the passwords in it.
  if (!process.connected) return void undo(journalFile);
  process.once('disconnect', () => void undo(journalFile));
  process.send?.('ready');
}

async function undo(journalFile: string): Promise<void> {
  // Loaded only now: most guards have nothing to do.
  const { undoJournal } = await import('./undo.ts');
  const undone = await undoJournal(journalFile);
  process.exit(undone.some(({ outcome }) => outcome === 'failed') ? 1 : 0);
}

main();
