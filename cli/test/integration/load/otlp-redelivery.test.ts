import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startOtlpProxy, type Treatment } from '../../fixtures/generator/otlp-proxy.ts';
import { wrappedK6 } from '../../fixtures/generator/wrapped-k6.ts';
import { k6ForTests } from './k6-tool.ts';
import { type LoadFixture, openLoadFixture, totalOf } from './load-fixture.ts';
import { startTargetServer, type TargetServer } from './target-server.ts';

let fixture: LoadFixture;
let target: TargetServer;

beforeAll(async () => {
  fixture = await openLoadFixture();
  target = await startTargetServer();
});
afterAll(async () => {
  await fixture.close();
  await target.close();
});

/** A run of real k6 whose exports meet `treat` on their way. */
async function through(treat: (n: number) => Treatment, duration = '5s') {
  const proxy = await startOtlpProxy(fixture.folder, treat);
  onTestFinished(() => proxy.close());
  const k6 = k6ForTests();
  const file = wrappedK6(fixture.folder, k6.executable.file, proxy.lines);
  const served = target.requests();
  const { outcome, lines } = await fixture.run('target.js', {
    k6: { ...k6, executable: { file, env: {} } },
    baseUrl: target.baseUrl,
    parameters: { vus: '5', duration, env: { TARGET_PATH: '/', THINK: '0.05' } },
  });
  return { ...outcome.reconciliation, series: totalOf(lines, 'http_reqs'), served: target.requests() - served, proxy };
}

describe('exports that come another way than k6 sent them', () => {
  // k6 sends again after 5 s and more, and what is then still under way at its end is lost.
  test.each<[string, string, (n: number) => Treatment]>([
    ['sent again because the answer got lost', '14s', (n) => (n === 1 ? { answer: 503 } : {})],
    ['sent again twice', '24s', (n) => (n === 1 || n === 2 ? { deliveries: 2, answer: 503 } : {})],
    ['delivered twice', '5s', () => ({ deliveries: 2 })],
    ['delivered behind the one that came after', '5s', (n) => (n === 1 || n === 3 ? { late: true } : {})],
    ['held up', '9s', (n) => (n === 2 ? { waitMs: 3_000 } : {})],
  ])('are counted once: %s', async (_, duration, treat) => {
    const { series, served, difference, rejectedExports, proxy } = await through(treat, duration);

    expect(proxy.exports()).toBeGreaterThan(3);
    expect(series).toBeGreaterThan(100);
    expect(series).toBe(served);
    expect({ difference, rejectedExports }).toEqual({ difference: 0, rejectedExports: 0 });
  });

  test('are missed where they never arrive, by as many requests as they held', async () => {
    const { series, served, difference } = await through((n) => (n === 2 ? { deliveries: 0 } : {}));

    expect(difference).toBeLessThan(0);
    expect(difference).toBe(series - served);
  });
});
