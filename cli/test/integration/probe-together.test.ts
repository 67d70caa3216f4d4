import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProbes } from '../../src/probes/registry.ts';
import { startSampler } from '../../src/probes/sampler.ts';
import type { SampleLine } from '../../src/record/series.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pollUntil } from '../../src/system/polling.ts';
import { findStores, openStoreRoom, type StoreRoom, skipWithout } from './probe-stores.ts';

const found = await findStores();

describe.skipIf(skipWithout('the probes together', found.redis !== null))('the probes of a run', () => {
  let room: StoreRoom;
  let web: Server;
  const lines: SampleLine[] = [];

  beforeAll(async () => {
    room = await openStoreRoom(found);
    web = createServer((_, response) => void response.writeHead(404).end());
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    web?.close();
    await room?.end();
  });

  it('go on when the others cannot read, each of which says why in every second', async () => {
    const [redis, closed] = await Promise.all([room.redis(), room.port()]);
    const address = web.address();
    const webPort = address === null || typeof address === 'string' ? 0 : address.port;
    const probes = createProbes({
      endpoints: {
        redisUrl: redis.url,
        mysqlUrl: `mysql://someone:some-word@127.0.0.1:${closed}/shop`,
        kafkaBrokers: [`127.0.0.1:${closed}`],
        metricsUrls: { api: `http://127.0.0.1:${webPort}/metrics` },
      },
      watch: { redisStreams: [], redisLocks: [], mysqlQueries: [], kafkaGroups: [] },
      processes: () => [{ name: 'test', pid: process.pid }],
      containers: () => [],
      clock: systemClock,
    });
    const sampler = startSampler({ probes, clock: systemClock, onSample: (line) => lines.push(line) });
    const three = async () => lines.filter(({ probe }) => probe === 'process').length >= 3 || undefined;
    await pollUntil(three, { clock: systemClock, timeoutMs: 20_000, intervalMs: 50 });
    await sampler.stop();
    await Promise.all(probes.map((probe) => probe.close()));

    // A late reading is one of a busy machine.
    const of = (name: string) => lines.filter(({ probe, outcome }) => probe === name && outcome !== 'late');
    const outcomes = (name: string) => new Set(of(name).map(({ outcome }) => outcome));
    const errors = (name: string) => new Set(of(name).map(({ error }) => error));
    expect([outcomes('redis'), outcomes('process')]).toEqual([new Set(['ok']), new Set(['ok'])]);
    for (const name of ['mysql', 'kafka']) {
      expect(outcomes(name)).toEqual(new Set(['failed']));
      expect([...errors(name)].join()).toContain(`ECONNREFUSED 127.0.0.1:${closed}`);
    }
    expect([...errors('prometheus:api')].join()).toContain(`127.0.0.1:${webPort}/metrics answered 404`);
    expect(JSON.stringify(lines)).not.toContain('some-word');
  });
});
