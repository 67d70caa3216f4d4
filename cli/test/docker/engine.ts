import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

const projectLabel = 'com.docker.compose.project';
const ownerLabel = 'loadkit.owner';

/** What `docker` prints; rejects with its words when it fails. */
export async function docker(...args: string[]): Promise<string> {
  return (await execa('docker', args, { timeout: 60_000 })).stdout.trim();
}

/** A container, volume or network of a run. */
export interface Owned {
  readonly kind: 'container' | 'volume' | 'network';
  readonly project: string;
  readonly name: string;
  /** Of the compose service; empty for what is no container. */
  readonly service: string;
}

/** What the engine has of a process, known by the owner's label. */
export async function ownedBy(pid: number): Promise<Owned[]> {
  const lists = { container: 'ps --all', volume: 'volume ls', network: 'network ls' } as const;
  const found = await Promise.all(
    (['container', 'volume', 'network'] as const).map(async (kind) => {
      const name = kind === 'container' ? '{{.ID}}' : '{{.Name}}';
      const labels = [projectLabel, ownerLabel, 'com.docker.compose.service'].map((label) => `{{.Label "${label}"}}`);
      const list = [...lists[kind].split(' '), `--filter=label=${ownerLabel}`];
      const text = await docker(...list, `--format=${[name, ...labels].join('\t')}`);
      const rows = text.split('\n').filter((line) => line !== '');
      return rows.flatMap((row): Owned[] => {
        const [id = '', project = '', owner = '', service = ''] = row.split('\t');
        return owner.includes(`"pid":${pid},`) ? [{ kind, project, name: id, service }] : [];
      });
    }),
  );
  return found.flat();
}

/** Volumes that images make carry no name and no label: those that no container uses. */
export async function strayVolumes(): Promise<string[]> {
  const names = await docker('volume', 'ls', '--quiet', '--filter=dangling=true');
  return names.split('\n').filter((name) => /^[0-9a-f]{64}$/.test(name));
}

/** Stray volumes beside those that there were; looks for a while, because others may be removing theirs. */
export async function settledVolumes(before: readonly string[], limitMs = 5_000): Promise<string[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = (await strayVolumes()).filter((name) => !before.includes(name));
    if (left.length === 0 || Date.now() >= deadline) return left;
    await sleep(200);
  }
}

/** Looks until nothing of a process is left or `limitMs` is over; the last look counts. */
export async function settledOwned(pid: number, limitMs: number): Promise<Owned[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = await ownedBy(pid);
    if (left.length === 0 || Date.now() >= deadline) return left;
    await sleep(200);
  }
}
