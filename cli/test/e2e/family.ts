import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

export const victims = ['loadkit', 'k6', 'api', 'worker', 'redis', 'mysql', 'kafka'] as const;
export type Victim = (typeof victims)[number];

/** A process of a command, told from a later one of the same number by its start. */
interface Member {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startedAt: string;
  readonly role: Victim | null;
  readonly command: string;
}

export interface Lifetime {
  /** Milliseconds since the command's start. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

const usualLookEveryMs = 40;

/**
 * The descendants of one command, followed by looking at `/proc` again and again: a child of a member is a member, also
 * when that member has died since. Nothing else on the machine is ever one.
 */
export class Family {
  readonly #root: number;
  /** Epoch milliseconds. */
  readonly bornAt = Date.now();
  readonly #members = new Map<number, Member>();
  readonly #lifetimes = new Map<Victim, Lifetime>();
  readonly #timer: NodeJS.Timeout;

  /** @param lookEveryMs A process whose parent lives shorter is missed; each look costs some 5 ms of a core. */
  constructor(root: number, lookEveryMs = usualLookEveryMs) {
    this.#root = root;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Milliseconds since the command's start. */
  age(): number {
    return Date.now() - this.bornAt;
  }

  /** When a part was first and last seen; undefined when it never was. */
  lifetime(victim: Victim): Lifetime | undefined {
    return this.#lifetimes.get(victim);
  }

  /** Kills one process with that role, unless none lives at the moment. Epoch milliseconds of the kill, or null. */
  kill(victim: Victim): number | null {
    this.#look();
    const found = this.alive().find(({ role }) => role === victim);
    if (found === undefined) return null;
    process.kill(found.pid, 'SIGKILL');
    return Date.now();
  }

  alive(): readonly Member[] {
    return [...this.#members.values()].filter(({ pid, startedAt }) => readStat(pid)?.startedAt === startedAt);
  }

  /** Ends the watching, and whoever is left. */
  end(): void {
    clearInterval(this.#timer);
    this.#look();
    for (const { pid } of this.alive()) process.kill(pid, 'SIGKILL');
  }

  #look(): void {
    const now = this.age();
    const seen = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = readStat(Number(name));
        return stat === undefined ? [] : [{ pid: Number(name), ...stat }];
      });
    for (let grown = true; grown; ) {
      grown = false;
      for (const { pid, parent, startedAt } of seen) {
        const isOurs = pid === this.#root || this.#isMember(parent, seen);
        if (!isOurs || this.#members.get(pid)?.startedAt === startedAt) continue;
        this.#members.set(pid, { pid, startedAt, role: null, command: '' });
        grown = true;
      }
    }
    for (const { pid, startedAt } of seen) {
      const member = this.#members.get(pid);
      if (member?.startedAt !== startedAt) continue;
      // A wrapper becomes the program, and Redis writes over its environment.
      const role = pid === this.#root ? 'loadkit' : (roleOf(pid) ?? member.role);
      this.#members.set(pid, { ...member, role, command: commandLine(pid).join(' ').slice(0, 120) });
      if (role !== null) {
        this.#lifetimes.set(role, { firstSeen: this.#lifetimes.get(role)?.firstSeen ?? now, lastSeen: now });
      }
    }
  }

  #isMember(pid: number, seen: ReadonlyArray<{ pid: number; startedAt: string }>): boolean {
    const startedAt = this.#members.get(pid)?.startedAt;
    return startedAt !== undefined && seen.some((one) => one.pid === pid && one.startedAt === startedAt);
  }
}

/** Processes, other than this one, that have the text in their environment, their folder or their command line. */
export function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && readStat(Number(name)) !== undefined)
    .filter((pid) => [read(`/proc/${pid}/environ`), folderOf(pid), read(`/proc/${pid}/cmdline`)].join().includes(text))
    .map((pid) => `${pid} ${commandLine(Number(pid)).join(' ').slice(0, 120)}`);
}

/** Undefined for a process that is not there, or is a zombie. */
function readStat(pid: number): { parent: number; startedAt: string } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold spaces: count from its end.
  const [state = 'X', parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || state === 'Z' || state === 'X') return undefined;
  return { parent: Number(parent), startedAt: rest[17] ?? '' };
}

function roleOf(pid: number): Victim | null {
  const [file = '', ...args] = commandLine(pid);
  const program = basename(file.split(' ')[0] ?? '');
  if (program.startsWith('redis-server')) return 'redis';
  if (/^(mariadbd|mysqld)$/.test(program)) return 'mysql';
  if (program === 'k6') return 'k6';
  if (program === 'java' && args.some((arg) => arg.startsWith('kafka.'))) return 'kafka';
  const role = /^ROLE=(api|worker)$/m.exec(read(`/proc/${pid}/environ`).replaceAll('\0', '\n'))?.[1];
  return role === 'api' || role === 'worker' ? role : null;
}

function commandLine(pid: number): string[] {
  return read(`/proc/${pid}/cmdline`)
    .split('\0')
    .filter((part) => part !== '');
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
