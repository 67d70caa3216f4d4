import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { k6ForTests } from './load/k6-tool.ts';

/** What came of a `loadkit run` in a network namespace without any route: whatever it did, nothing left the machine. */
export interface RoomResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Requests that a server in there saw: its address and the path. */
  readonly served: readonly string[];
}

export interface Room {
  readonly folder: string;
  /** `{PORT}` in the arguments is the port of the server in there. */
  loadkit(args: readonly string[], env?: Readonly<Record<string, string>>, more?: RoomAddresses): Promise<RoomResult>;
  remove(): void;
}

export interface RoomAddresses {
  /** Addresses that `lo` has in there beside its own; the server listens on them too. */
  readonly addresses?: readonly string[];
  /** Names by address, for `/etc/hosts` in there. */
  readonly hosts?: Readonly<Record<string, string>>;
}

const resultSchema = z.object({
  code: z.number().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  served: z.array(z.string()),
});

const root = join(import.meta.dirname, '..', '..', '..');
const program = join(import.meta.dirname, '..', 'fixtures', 'foreign-network', 'room.mjs');

/** Why there can be no such namespace here; null when there can. It takes root, or a kernel that lends it to users. */
export function noNetworkRoom(): string | null {
  const { status, stderr, error } = spawnSync('unshare', [...unshare(), 'sh', '-c', 'ip link set lo up'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return status === 0 ? null : `no network namespace: ${error?.message ?? stderr.trim()}`;
}

function unshare(): string[] {
  return process.getuid?.() === 0 ? ['--net', '--mount'] : ['--map-root-user', '--net', '--mount'];
}

export function openRoom(): Room {
  const folder = mkdtempSync(join(tmpdir(), 'loadkit-room-'));
  return {
    folder,
    loadkit: async (args, env = {}, { addresses = [], hosts = {} } = {}) => {
      const hostsFile = join(folder, 'hosts');
      const lines = Object.entries(hosts).map(([address, name]) => `${address} ${name}\n`);
      writeFileSync(hostsFile, `127.0.0.1 localhost\n${lines.join('')}`);
      const script = [
        'set -e',
        'ip link set lo up',
        ...addresses.map((address) => `ip address add ${address}/${address.includes(':') ? 128 : 32} dev lo`),
        `mount --bind '${hostsFile}' /etc/hosts`,
        'exec "$@"',
      ].join('\n');
      const command = [process.execPath, program, process.execPath, join(root, 'cli', 'bin', 'loadkit.js'), ...args];
      const { stdout } = await execa('unshare', [...unshare(), 'sh', '-c', script, 'sh', ...command], {
        cwd: folder,
        env: { LOADKIT_K6: k6ForTests().executable.file, NO_COLOR: '1', ROOM_LISTEN: addresses.join(' '), ...env },
        stdin: 'ignore',
        timeout: 90_000,
      });
      return resultSchema.parse(JSON.parse(stdout));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
