import { createDetection } from '../../../src/detect/detection.ts';
import { type DetectorOrder, detectorOrderSchema } from '../../../src/detect/detector-order.ts';
import { type DetectorWord, detectorWordSchema } from '../../../src/detect/detector-word.ts';
import type { Reading } from '../../../src/detect/reading.ts';
import { BuiltService } from './built-service.ts';

export const start = 1_700_000_000_000;

/** What happens in one second; nothing where it is left out. */
export interface Second {
  readonly good?: number;
  readonly slow?: number;
  readonly errors?: number;
  /** At its end. */
  readonly inFlight?: number;
  readonly canary?: 'good' | 'bad';
  readonly scrape?: 'answered' | 'failed';
  /** What the probe of Redis reads; null: it fails. */
  readonly redis?: Readonly<Record<string, number>> | null;
}

const calm: Second = { good: 100, inFlight: 2 };

export const order: DetectorOrder = detectorOrderSchema.parse({
  metricsUrls: { api: 'http://127.0.0.1:8080/metrics' },
  canaryUrl: 'http://127.0.0.1:8080/api/coupons/1',
  redisUrl: null,
  mysqlUrl: null,
  kafkaBrokers: null,
  watch: { redisStreams: [], redisLocks: [], mysqlQueries: [], kafkaGroups: [], backlog: [] },
  latencyMs: 300,
  freshnessMs: 5_000,
  calibrationMs: 20_000,
});

/** A detector that is told second by second what happens, without a wait. */
export function watchBuilt(changes: Partial<DetectorOrder> = {}) {
  const detection = createDetection({ ...order, ...changes });
  const service = new BuiltService();
  const words: DetectorWord[] = [];
  let t = start;

  const hear = (reading: Reading): void => {
    for (const word of detection.observe(reading)) words.push(detectorWordSchema.parse(word));
  };

  const pass = (second: Second): void => {
    const { good = 0, slow = 0, errors = 0, inFlight = 0, canary = 'good', scrape = 'answered', redis } = second;
    for (let n = 1; n <= 5; n += 1) hear({ kind: 'canary', t: t + n * 200 - 10, good: canary === 'good' });
    t += 1_000;
    service.answer(good);
    service.answer(slow, { seconds: 0.8 });
    service.answer(errors, { outcome: 'error' });
    service.answer(canary === 'good' ? 5 : 0, { route: '/api/coupons/:userId', method: 'GET' });
    service.inFlight = inFlight;
    if (redis !== undefined) hear({ kind: 'probe', t, probe: 'redis', values: redis });
    hear({ kind: 'scrape', t, process: 'api', page: scrape === 'answered' ? service.page() : null });
  };

  return {
    service,
    words,
    detection,
    hear,
    now: () => t,
    /** The same second, so many times. */
    pass: (seconds: number, second: Second = calm): void => {
      for (let n = 0; n < seconds; n += 1) pass(second);
    },
    /** A load of 100 a second until it is calibrated, each second as given. */
    calibrate: (second: Second = {}): void => {
      pass({});
      for (let n = 0; n <= 20; n += 1) pass({ ...calm, ...second });
    },
    ready: () => words.find((word) => word.kind === 'ready'),
    /** Without the burn rate, which notifies nobody. */
    alarms: () => words.flatMap((word) => (word.kind === 'alarm' && word.rule !== 'burn-rate' ? [word] : [])),
  };
}
