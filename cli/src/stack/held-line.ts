import { connect, type Socket } from 'node:net';
import type { EventLine } from '../record/series.ts';
import { defer } from '../system/deferred.ts';
import { withTimeout } from '../system/polling.ts';
import { type Answer, answerSchema, type Living, lineReader, type Question } from './held-protocol.ts';

const timeoutMs = 3_000;

/** A stack that is ours until `release`. */
export interface HeldLine {
  /** As of the last word of the keeper. */
  living(): Living;
  onEvent(listener: (event: EventLine) => void): void;
  /** Called when the keeper is gone before the stack was given back. */
  onLost(listener: () => void): void;
  release(): void;
}

/** What runs of a stack, and who has taken it. Rejects when the keeper does not answer. */
export async function askStatus(socketFile: string): Promise<{ living: Living; takenBy: number | null }> {
  const { socket, answer } = await ask(socketFile, { ask: 'status' }, () => undefined);
  socket.destroy();
  if (answer.kind !== 'status') throw new Error(`unexpected answer "${answer.kind}"`);
  return answer;
}

/** Takes the stack for this process; `takenBy` is the process that has it. Rejects when the keeper does not answer. */
export async function takeStack(socketFile: string): Promise<HeldLine | { readonly takenBy: number }> {
  const listeners: Array<(event: EventLine) => void> = [];
  const mourners: Array<() => void> = [];
  let living: Living = { processes: [], containers: [], missing: [] };
  const { socket, answer } = await ask(socketFile, { ask: 'take', pid: process.pid }, (later) => {
    if (later.kind !== 'event') return;
    living = later.living;
    for (const listener of listeners) listener(later.event);
  });
  if (answer.kind === 'refused') {
    socket.destroy();
    return { takenBy: answer.takenBy };
  }
  if (answer.kind !== 'taken') throw new Error(`unexpected answer "${answer.kind}"`);
  living = answer.living;
  // The command ends when its work is done, whether or not it has given the stack back.
  socket.unref();
  let released = false;
  let lost = false;
  socket.once('close', () => {
    if (released) return;
    lost = true;
    living = { processes: [], containers: [], missing: [] };
    for (const mourner of mourners) mourner();
  });
  return {
    living: () => living,
    onEvent: (listener) => listeners.push(listener),
    onLost: (listener) => {
      mourners.push(listener);
      if (lost) listener();
    },
    release: () => {
      released = true;
      socket.destroy();
    },
  };
}

/** Asks one question; what the keeper says after its answer goes to `onLater`. */
async function ask(
  socketFile: string,
  question: Question,
  onLater: (answer: Answer) => void,
): Promise<{ socket: Socket; answer: Answer }> {
  const first = defer<Answer>();
  let answered = false;
  const socket = connect(socketFile);
  socket.setEncoding('utf8');
  socket.once('error', first.reject);
  socket.once('close', () => first.reject(new Error('the keeper closed the connection')));
  const onText = lineReader((line) => {
    try {
      const answer = answerSchema.parse(JSON.parse(line));
      if (answered) onLater(answer);
      answered = true;
      first.resolve(answer);
    } catch (error) {
      socket.destroy();
      first.reject(error);
    }
  });
  socket.on('data', (chunk) => onText(String(chunk)));
  socket.write(`${JSON.stringify(question)}\n`);
  try {
    return { socket, answer: await withTimeout(timeoutMs, () => first.promise) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
