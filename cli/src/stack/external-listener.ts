import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process of this machine that listens on a port. */
export interface Listener {
  readonly pid: number;
  /** As the kernel names it: `redis-server`, `java`; at most 15 characters. */
  readonly program: string;
}

/** They only pass on what others answer: their CPU and memory say nothing about the service. */
const forwarders = /^(docker-proxy|rootlessport|slirp4netns|pasta|ssh|sshd|kubectl|socat)/;

/**
 * Who listens on each port of this machine, the lowest pid first, from /proc (Linux). Empty where there is no /proc, for a
 * process of another user, and for one that merely forwards to a container or another machine.
 */
export function listenersOn(ports: ReadonlySet<number>): ReadonlyMap<number, readonly Listener[]> {
  const portOf = listeningSockets(ports);
  const found = new Map<number, Listener[]>();
  if (portOf.size === 0) return found;
  const pids = list('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
  for (const pid of pids) {
    for (const port of portsOf(pid, portOf)) {
      const program = read(`/proc/${pid}/comm`).trim();
      if (!forwarders.test(program)) found.set(port, [...(found.get(port) ?? []), { pid, program }]);
    }
  }
  return found;
}

/** Port by socket inode, of the sockets that listen (state 0A), from proc(5) `/proc/net/tcp`. */
function listeningSockets(ports: ReadonlySet<number>): Map<string, number> {
  const sockets = new Map<string, number>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of read(table).split('\n')) {
      const fields = line.trim().split(/\s+/);
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
      const inode = fields[9];
      if (fields[3] === '0A' && ports.has(port) && inode !== undefined) sockets.set(inode, port);
    }
  }
  return sockets;
}

function portsOf(pid: number, portOf: ReadonlyMap<string, number>): Set<number> {
  const ports = new Set<number>();
  for (const fd of list(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1];
    const port = inode === undefined ? undefined : portOf.get(inode);
    if (port !== undefined) ports.add(port);
  }
  return ports;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
