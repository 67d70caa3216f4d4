import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runDetector } from '../../src/detect/detector.ts';
import { type DetectorWord, detectorWordSchema } from '../../src/detect/detector-word.ts';

const perSecond = 100;

/** Counts as if it answered 100 requests a second from the start on, and stands still when it is told to. */
class FakeService {
  readonly #startedAt = performance.now();
  #hungAt: number | null = null;
  readonly #waiting: ServerResponse[] = [];
  readonly #server = createServer((request, response) => {
    if (request.url === '/metrics') response.end(this.#page());
    else if (this.#hungAt === null) response.end('{}');
    else this.#waiting.push(response);
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  hang(): void {
    this.#hungAt = performance.now();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #page(): string {
    const now = performance.now();
    const answered = Math.floor((((this.#hungAt ?? now) - this.#startedAt) / 1_000) * perSecond);
    const waiting = this.#hungAt === null ? 1 : Math.floor(((now - this.#hungAt) / 1_000) * perSecond);
    const labels = 'route="/api/orders",method="POST",outcome="success"';
    return [
      'process_start_time_seconds 1700000000',
      `http_requests_in_flight ${waiting}`,
      `http_request_duration_seconds_bucket{le="0.1",${labels}} ${answered}`,
      `http_request_duration_seconds_bucket{le="+Inf",${labels}} ${answered}`,
      `http_request_duration_seconds_count{${labels}} ${answered}`,
    ].join('\n');
  }
}

it('sees a service stop answering within seconds, which nobody told it', { timeout: 60_000 }, async () => {
  const service = new FakeService();
  const folder = mkdtempSync(join(tmpdir(), 'lk-detector-'));
  const ended = new AbortController();
  onTestFinished(() => {
    ended.abort();
    service.close();
    rmSync(folder, { recursive: true });
  });
  const url = await service.listen();
  const orderFile = join(folder, 'order.json');
  const order = {
    metricsUrls: { api: `${url}/metrics` },
    canaryUrl: `${url}/api/coupons/1`,
    redisUrl: null,
    mysqlUrl: null,
    kafkaBrokers: null,
    watch: { redisStreams: [], redisLocks: [], mysqlQueries: [], kafkaGroups: [], backlog: [] },
    latencyMs: 250,
    freshnessMs: 5_000,
    calibrationMs: 7_000,
  };
  writeFileSync(orderFile, JSON.stringify(order));
  const words: DetectorWord[] = [];
  const of = <K extends DetectorWord['kind']>(kind: K) =>
    words.filter((word): word is Extract<DetectorWord, { kind: K }> => word.kind === kind);
  const alarmed = () => of('alarm').map(({ signal }) => signal);

  const listeners = process.listenerCount('SIGTERM');
  const out = { write: (line: string) => words.push(detectorWordSchema.parse(JSON.parse(line))) };
  const running = runDetector(orderFile, out, { signal: ended.signal });
  await vi.waitFor(() => expect(of('ready')).toHaveLength(1), { timeout: 20_000, interval: 50 });
  expect(of('ready')[0]).toMatchObject({
    error: null,
    signals: [{ name: 'answers' }, { name: 'canary' }, { name: 'restarts' }, { name: 'scrapes' }],
  });
  await vi.waitFor(() => expect(of('values').length).toBeGreaterThan(1), { timeout: 20_000, interval: 50 });
  expect(alarmed()).toEqual([]);

  const hungAt = Date.now();
  service.hang();
  await vi.waitFor(() => expect(alarmed()).toEqual(expect.arrayContaining(['answers', 'canary'])), {
    timeout: 20_000,
    interval: 50,
  });
  for (const { t, value, limit } of of('alarm')) {
    expect(t).toBeGreaterThanOrEqual(hungAt);
    expect(t - hungAt).toBeLessThan(10_000);
    expect(value).toBeGreaterThan(limit);
  }

  expect(process.listenerCount('SIGTERM')).toBe(listeners + 1);
  process.listeners('SIGTERM').at(-1)?.('SIGTERM');
  expect(await running).toBe(0);
  expect(words.at(-1)).toMatchObject({ kind: 'end', error: null });
  expect(of('end')[0]?.readings.made).toBeGreaterThan(6);
  expect(process.listenerCount('SIGTERM')).toBe(listeners);
});
