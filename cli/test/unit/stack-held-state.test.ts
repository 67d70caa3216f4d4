import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportLines } from '../../src/commands/stack-text.ts';
import { differences, manifestSha256 } from '../../src/stack/held-stack.ts';
import {
  claimStack,
  endStackClaim,
  readStack,
  readStacks,
  type StackClaim,
  type StackPlace,
  type StartingState,
  stackPlace,
  type UpState,
  writeStack,
} from '../../src/stack/held-state.ts';
import { serviceManifestSchema } from '../../src/stack/service-manifest.ts';
import { identityOf } from '../../src/system/process-identity.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'lk-held-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const manifest = serviceManifestSchema.parse({
  name: 'shop',
  needs: ['mysql'],
  processes: [{ name: 'api', command: ['node', 'main.js'], ready: '/health', target: true }],
  settings: {
    MODE: { default: 'calm', about: 'how' },
    SIZE: { default: '1', about: 'how big' },
    API_TOKEN: { default: 'none', about: 'secret' },
  },
});

/** The identity that a process had which has ended. */
function deadKeeper(): StartingState['keeper'] {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return { pid, startedAt: '1' };
}

function starting(keeper = identityOf(process.pid)): StartingState {
  return {
    status: 'starting',
    name: 'shop',
    manifestFolder: '/shop',
    keeper,
    since: 5,
    logFolder: join(cache, 'logs'),
  };
}

function up(changes: Partial<UpState> = {}): UpState {
  return {
    ...starting(),
    status: 'up',
    provider: 'local',
    manifestSha256: manifestSha256(manifest),
    socket: '/tmp/desk',
    endpoints: {
      baseUrl: 'http://127.0.0.1:8080',
      redisUrl: null,
      mysqlUrl: "mysql://service:it's@127.0.0.1:3306/shop",
      kafkaBrokers: ['127.0.0.1:9092', '127.0.0.1:9093'],
      metricsUrls: { 'point-worker': 'http://127.0.0.1:8081/metrics' },
    },
    parts: [],
    set: { MODE: 'wild' },
    fixture: {},
    ...changes,
  };
}

/** The claim of a keeper that got the place. */
async function claimed(place: StackPlace, state: StartingState): Promise<StackClaim> {
  const claim = await claimStack(place, state);
  if (claim === null) throw new Error('the place is taken');
  return claim;
}

describe('the place of a stack', () => {
  it('is claimed by one keeper at a time, and is free again when that one has ended', async () => {
    const place = stackPlace(cache, 'shop', '/shop');
    const first = await claimed(place, starting());
    expect(await claimStack(place, starting())).toBeNull();
    await endStackClaim(first);
    expect(await readStack(place)).toBeNull();
    await claimed(place, starting(deadKeeper()));
    const last = await claimed(place, starting());
    expect((await readStack(place))?.keeper).toEqual(identityOf(process.pid));
    expect(readdirSync(place.folder).map((name) => join(place.folder, name))).toEqual([last.file]);
  });

  it('goes to exactly one of many that find a dead keeper there', async () => {
    const place = stackPlace(cache, 'shop', '/shop');
    for (let round = 0; round < 20; round += 1) {
      await claimed(place, starting(deadKeeper()));
      const claims = await Promise.all(Array.from({ length: 8 }, () => claimStack(place, starting())));
      const [winner, ...others] = claims.filter((claim) => claim !== null);
      expect(others).toEqual([]);
      expect(winner && existsSync(winner.file)).toBe(true);
      if (winner !== undefined) await endStackClaim(winner);
    }
  });

  it('is another one for another folder', () => {
    expect(stackPlace(cache, 'shop', '/a').key).not.toBe(stackPlace(cache, 'shop', '/b').key);
  });

  it('can be read by its user alone, because it holds passwords', async () => {
    const place = stackPlace(cache, 'shop', '/shop');
    const claim = await claimed(place, starting());
    await writeStack(claim, up());
    expect(statSync(claim.file).mode & 0o777).toBe(0o600);
    expect(statSync(place.folder).mode & 0o777).toBe(0o700);
    expect(await readStack(place)).toEqual(up());
  });

  it('forgets the passwords of a keeper that was killed', async () => {
    const place = stackPlace(cache, 'shop', '/shop');
    const claim = await claimed(place, starting());
    await writeStack(claim, up({ keeper: deadKeeper() }));
    expect(readFileSync(claim.file, 'utf8')).toContain('mysql://');
    expect(await readStack(place)).toBeNull();
    expect(readFileSync(claim.file, 'utf8')).not.toContain('mysql://');
  });
});

describe('the list of stacks', () => {
  it('has the living, by name, and not the dead', async () => {
    await claimed(stackPlace(cache, 'b-shop', '/b'), { ...starting(), name: 'b-shop' });
    await claimed(stackPlace(cache, 'a-shop', '/a'), { ...starting(), name: 'a-shop' });
    await claimed(stackPlace(cache, 'dead', '/dead'), starting(deadKeeper()));
    await endStackClaim(await claimed(stackPlace(cache, 'ended', '/ended'), starting()));
    expect((await readStacks(cache)).map(({ name }) => name)).toEqual(['a-shop', 'b-shop']);
  });

  it('is empty where there never was one', async () => {
    expect(await readStacks(join(cache, 'nothing'))).toEqual([]);
  });

  it('names a file that is no state', async () => {
    const { file } = await claimed(stackPlace(cache, 'shop', '/shop'), starting());
    writeFileSync(file, '{"name": "shop"}');
    await expect(readStacks(cache)).rejects.toMatchObject({ code: 'stack-state', exitCode: 93 });
  });
});

describe('a stack that is up', () => {
  it('serves a run with the same settings, set or by default', () => {
    expect(differences(up(), manifest, { MODE: 'wild' })).toEqual([]);
    expect(differences(up(), manifest, { MODE: 'wild', SIZE: '1' })).toEqual([]);
  });

  it('names each setting that differs, and no secret', () => {
    expect(differences(up(), manifest, { SIZE: '2', API_TOKEN: 'hush' })).toEqual([
      'has MODE=wild, not calm',
      'has SIZE=1, not 2',
      'has another API_TOKEN',
    ]);
  });

  it('does not serve a service whose manifest has changed since', () => {
    const changed = { ...manifest, fixture: { USERS: '5' } };
    expect(differences(up(), changed, { MODE: 'wild' })).toEqual(['was started from another loadkit.json']);
  });

  it('gives its addresses to a shell, whatever characters a password has', () => {
    const script = `${exportLines(up()).join('\n')}\nprintf '%s\\n' "$BASE_URL" "$MYSQL_URL" "$KAFKA_BROKERS" "$POINT_WORKER_METRICS_URL" "\${REDIS_URL-unset}"`;
    expect(spawnSync('sh', ['-c', script], { encoding: 'utf8', env: {} }).stdout.split('\n')).toEqual([
      'http://127.0.0.1:8080',
      "mysql://service:it's@127.0.0.1:3306/shop",
      '127.0.0.1:9092,127.0.0.1:9093',
      'http://127.0.0.1:8081/metrics',
      'unset',
      '',
    ]);
  });
});
