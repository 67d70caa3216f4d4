import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { CalmLog } from '../../src/log.ts';
import { createMetrics, watchOverride } from '../../src/metrics.ts';
import { followOverrides } from '../../src/settings-override.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const later = () => Date.now() + 600_000;

function folder() {
  const home = mkdtempSync(join(tmpdir(), 'override-test-'));
  closers.push(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, 'overrides.json');
  const replace = (content: unknown): void => {
    writeFileSync(`${file}.new`, typeof content === 'string' ? content : JSON.stringify(content));
    renameSync(`${file}.new`, file);
  };
  return { file, replace, remove: () => rmSync(file) };
}

/** A process that was started with this file. */
function started(file: string | undefined) {
  const env = {
    REDIS_URL: 'redis://127.0.0.1:6379',
    MYSQL_URL: 'mysql://user:secret@127.0.0.1:3306/shop',
    KAFKA_BROKERS: '127.0.0.1:9092',
    NAIVE_GAP_MS: '7',
    OVERRIDES_FILE: file,
  };
  const lines: string[] = [];
  const log = pino(
    new Writable({
      write: (chunk, _, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const config = readConfig(env);
  const override = followOverrides({
    config,
    read: (settings) => readConfig(env, settings),
    log,
    calmLog: new CalmLog(log),
  });
  closers.push(override.stop);
  const metrics = createMetrics();
  watchOverride(metrics.registry, override);
  const shown = async (): Promise<string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('settings_override'));
  return { config, override, shown, warnings: () => lines.filter((line) => line.includes('"level":40')) };
}

describe('overrides of settings', () => {
  it('that are there at the start are in force at once, in the groups that parts were given', async () => {
    const { file, replace } = folder();
    replace({ id: 'drill-1', until: later(), settings: { ISSUE_STRATEGY: 'naive', MAX_IN_FLIGHT: '5' } });

    const { config, override, shown } = started(file);

    expect([config.coupon.strategy, config.coupon.naiveGapMs, config.http.maxInFlight]).toEqual(['naive', 7, 5]);
    expect(override.id).toBe('drill-1');
    expect(await shown()).toEqual(['settings_override{id="drill-1"} 1']);
  });

  it('that come, change and go are followed, and listeners told', async () => {
    const { file, replace, remove } = folder();
    const { config, override, shown } = started(file);
    const { order, coupon } = config;
    const told: (string | undefined)[] = [];
    const unfollow = override.onChange(() => told.push(override.id));
    expect(await shown()).toEqual([]);

    replace({ id: 'a', until: later(), settings: { ORDER_DEADLOCK_RETRIES: '0', NAIVE_GAP_MS: '500' } });
    await expect.poll(() => override.id).toBe('a');
    expect([order.deadlockRetries, coupon.naiveGapMs]).toEqual([0, 500]);

    replace({ id: 'b', until: later(), settings: { ORDER_DEADLOCK_RETRIES: '9' } });
    await expect.poll(() => override.id).toBe('b');
    expect([order.deadlockRetries, coupon.naiveGapMs]).toEqual([9, 7]);

    remove();
    await expect.poll(() => override.id).toBeUndefined();
    expect([order.deadlockRetries, coupon.naiveGapMs]).toEqual([3, 7]);
    expect(await shown()).toEqual([]);
    expect(told).toEqual(['a', 'b', undefined]);

    unfollow();
    replace({ id: 'c', until: later(), settings: {} });
    await expect.poll(() => override.id).toBe('c');
    expect(told).toHaveLength(3);
  });

  it('end by themselves at their time, though the file stays', async () => {
    const { file, replace } = folder();
    replace({ id: 'short', until: Date.now() + 1_000, settings: { ORDER_LOCKING: 'request-order' } });
    const { config, override, shown } = started(file);
    expect([override.id, config.order.locking]).toEqual(['short', 'request-order']);

    await expect.poll(() => override.id, { timeout: 30_000 }).toBeUndefined();

    expect(config.order.locking).toBe('sorted');
    expect(await shown()).toEqual([]);
    expect(started(file).override.id).toBeUndefined();
  });

  const wrong = (settings: Record<string, string>) => ({ id: 'x', until: later(), settings });

  it.each([
    ['a name that is none', wrong({ ISSUE_STRATEGY: 'naive', ISSUE_SPEED: '1' }), 'ISSUE_SPEED'],
    ['a setting that cannot change', wrong({ MYSQL_URL: 'mysql://a' }), 'MYSQL_URL'],
    ['a value that is none', wrong({ NAIVE_GAP_MS: '-1', ISSUE_STRATEGY: 'lock' }), 'NAIVE_GAP_MS'],
    ['a value that is no text', { ...wrong({}), settings: { NAIVE_GAP_MS: 1 } }, 'NAIVE_GAP_MS'],
    ['no end', { id: 'x', settings: {} }, 'until'],
    ['half a file', '{"id":"x","until', 'JSON'],
    ['another kind of JSON', '[]', 'object'],
  ])('with %s are not in force, none of them, and one warning says why', async (_, content, reason) => {
    const { file, replace } = folder();
    const { config, override, shown, warnings } = started(file);
    const before = structuredClone(config);

    replace(content);

    await expect.poll(() => warnings().length).toBe(1);
    expect(warnings()[0]).toContain(reason);
    expect(config).toEqual(before);
    expect(await shown()).toEqual([]);

    // Looked at again some times by then: the warning is not repeated.
    replace({ id: 'right', until: later(), settings: { NAIVE_GAP_MS: '1' } });
    await expect.poll(() => override.id).toBe('right');
    expect(warnings()).toHaveLength(1);
  });

  it('do not exist for a process that was started without a file', async () => {
    const { config, override, shown } = started(undefined);

    expect([override.id, config.coupon.naiveGapMs, await shown()]).toEqual([undefined, 7, []]);
  });
});
