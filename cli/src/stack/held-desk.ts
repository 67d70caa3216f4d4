import { chmod } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { type Answer, type Living, lineReader, type Question, questionSchema } from './held-protocol.ts';
import type { Stack } from './stack.ts';

/** Where a keeper hands out its stack. */
export interface HeldDesk {
  close(): Promise<void>;
}

/**
 * Answers at a Unix socket what of the stack runs, and gives the stack to one process at a time. A taker hears of every
 * event; a taker that vanishes, in whatever way, has given it back, because the system closes its connection.
 */
export async function openHeldDesk(
  socketFile: string,
  stack: Pick<Stack, 'processes' | 'containers' | 'onEvent'>,
): Promise<HeldDesk> {
  const takers = new Map<Socket, number>();
  const visitors = new Set<Socket>();
  const expected = names(stack);

  const living = (): Living => {
    const present = new Set(names(stack));
    return {
      processes: [...stack.processes()],
      containers: [...stack.containers()],
      missing: expected.filter((name) => !present.has(name)),
    };
  };
  const answerTo = (socket: Socket, question: Question): Answer => {
    const takenBy = [...takers.values()][0] ?? null;
    if (question.ask === 'status') return { kind: 'status', living: living(), takenBy };
    // A command with several scenarios takes it once for each.
    if (takenBy !== null && takenBy !== question.pid) return { kind: 'refused', takenBy };
    takers.set(socket, question.pid);
    return { kind: 'taken', living: living() };
  };
  const server = createServer((socket) => {
    visitors.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      visitors.delete(socket);
      takers.delete(socket);
    });
    const onText = lineReader((line) => {
      const question = readQuestion(line);
      if (question === null) socket.destroy();
      else say(socket, answerTo(socket, question));
    });
    socket.on('data', (chunk) => onText(String(chunk)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketFile, resolve);
  });
  await chmod(socketFile, 0o600);
  stack.onEvent((event) => {
    for (const socket of takers.keys()) say(socket, { kind: 'event', event, living: living() });
  });
  return {
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of visitors) socket.destroy();
      }),
  };
}

function say(socket: Socket, answer: Answer): void {
  socket.write(`${JSON.stringify(answer)}\n`);
}

function names({ processes, containers }: Pick<Stack, 'processes' | 'containers'>): string[] {
  return [...processes(), ...containers()].map(({ name }) => name);
}

function readQuestion(line: string): Question | null {
  try {
    return questionSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
