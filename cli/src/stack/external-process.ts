import type { Clock } from '../system/clock.ts';
import { identityOf, isAlive, type ProcessIdentity } from '../system/process-identity.ts';
import { type Listener, listenersOn } from './external-listener.ts';
import type { StackProcess } from './stack.ts';

/** A part and the port on which it answers on this machine. */
export interface LocalPort {
  readonly name: string;
  readonly port: number;
}

/** The processes behind the ports; one that was started again is found again. */
export interface LocalProcesses {
  processes(): readonly StackProcess[];
  /** For people: `redis is process 4711 (redis-server)`. */
  readonly described: readonly string[];
}

interface Seen extends StackProcess {
  readonly port: number;
  readonly identity: ProcessIdentity;
}

/** Looking through every process of the machine is not for every second. */
const lookAgainAfterMs = 5_000;

/** Several processes behind one port (a cluster of workers) are `api`, `api-2`, … */
export function findLocalProcesses(wanted: readonly LocalPort[], clock: Clock): LocalProcesses {
  const ports = distinctPorts(wanted);
  let lookedAt = clock.monotonic();
  const first = look(ports);
  let seen = first.map(({ process }) => process);
  // What was not found at once (in a container, another user's) will not be found later either.
  const findable = ports.filter(({ port }) => seen.some((process) => process.port === port));
  return {
    processes: () => {
      const isComplete = seen.every(({ identity }) => isAlive(identity));
      if (!isComplete && clock.monotonic() - lookedAt >= lookAgainAfterMs) {
        lookedAt = clock.monotonic();
        seen = [...seen.filter(({ identity }) => isAlive(identity)), ...lookForGone(findable, seen)];
      }
      return seen.filter(({ identity }) => isAlive(identity)).map(({ name, pid }) => ({ name, pid }));
    },
    described: first.map(({ process, listener }) => `${process.name} is process ${process.pid} (${listener.program})`),
  };
}

/** The first name wins: a service's metrics are mostly behind the port that is loaded. */
function distinctPorts(wanted: readonly LocalPort[]): LocalPort[] {
  return wanted.filter(({ port }, index) => wanted.findIndex((other) => other.port === port) === index);
}

function lookForGone(findable: readonly LocalPort[], seen: readonly Seen[]): Seen[] {
  const isGone = ({ port }: LocalPort) => !seen.some((one) => one.port === port && isAlive(one.identity));
  return look(findable.filter(isGone)).map(({ process }) => process);
}

function look(ports: readonly LocalPort[]): Array<{ process: Seen; listener: Listener }> {
  const listeners = listenersOn(new Set(ports.map(({ port }) => port)));
  return ports.flatMap(({ name, port }) =>
    (listeners.get(port) ?? []).map((listener, index) => ({
      listener,
      process: {
        name: index === 0 ? name : `${name}-${index + 1}`,
        port,
        pid: listener.pid,
        identity: identityOf(listener.pid),
      },
    })),
  );
}
