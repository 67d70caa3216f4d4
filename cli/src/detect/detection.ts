import { isRouteOf } from './answer-count.ts';
import { answerStream } from './answers.ts';
import { backlogStreams } from './backlog-streams.ts';
import { canaryStream } from './canary.ts';
import type { DetectorOrder } from './detector-order.ts';
import type { DetectorWord } from './detector-word.ts';
import { lockExpiryStream } from './lock-expiry.ts';
import type { Reading } from './reading.ts';
import { restartStream } from './restarts.ts';
import { scrapeStream } from './scrapes.ts';
import type { Stream } from './stream.ts';
import { createThroughput } from './throughput.ts';
import { wrongDataStreams } from './wrong-data.ts';

/** The detector without its clock and its sockets: readings in, words out. */
export interface Detection {
  observe(reading: Reading): readonly DetectorWord[];
  /** What it would say of now; nothing as long as it learns. */
  values(t: number): readonly DetectorWord[];
  end(t: number): DetectorWord;
}

/** Five seconds of a canary that is answered: a page that has no histogram then will have none. */
const enoughCanaries = 25;
/** Connections are opened and code is cold: no normal load yet. */
const coldMs = 2_000;

/**
 * Waits for the load, learns for `calibrationMs` what is normal under it, then judges. Where no process counts its requests the
 * load cannot be seen to begin, and it learns at once.
 */
export function createDetection(order: DetectorOrder): Detection {
  const answers = answerStream(order);
  const throughput = createThroughput(isRouteOf(order.canaryUrl));
  const streams: readonly Stream[] = [
    answers,
    ...(order.canaryUrl === null ? [] : [canaryStream()]),
    ...backlogStreams(order, throughput.factor),
    ...wrongDataStreams(order),
    ...(order.watch.redisLocks.length === 0 ? [] : [lockExpiryStream()]),
    restartStream(),
    scrapeStream(),
  ];
  const isScraped = Object.keys(order.metricsUrls).length > 0;
  const readings = { made: 0, failed: 0 };
  let goodCanaries = 0;
  let loadedAt: number | null = null;
  let isWarm = false;
  let judging: readonly Stream[] | null = null;

  const count = (reading: Reading): void => {
    if (reading.kind === 'canary') {
      goodCanaries += reading.good ? 1 : 0;
      return;
    }
    readings.made += 1;
    if ((reading.kind === 'scrape' ? reading.page : reading.values) === null) readings.failed += 1;
  };

  const beginOfLoad = (t: number): number | null => {
    const isUncounted = (!isScraped || answers.isExposed === false) && goodCanaries >= enoughCanaries;
    return answers.trafficAt ?? (isUncounted ? t : null);
  };

  const learn = (reading: Reading): readonly DetectorWord[] => {
    for (const stream of streams) stream.observe(reading);
    loadedAt ??= beginOfLoad(reading.t);
    if (loadedAt === null) return [];
    if (!isWarm && reading.t - loadedAt >= coldMs) {
      isWarm = true;
      for (const stream of [throughput, ...streams]) stream.begin(loadedAt + coldMs);
    }
    return isWarm && reading.t - loadedAt >= order.calibrationMs ? [calibrate(reading.t)] : [];
  };

  const calibrate = (t: number): DetectorWord => {
    throughput.calibrate();
    const results = streams.map((stream) => ({ stream, calibration: stream.calibrate() }));
    const judged = results.flatMap(({ stream, calibration }) =>
      calibration !== null && 'signal' in calibration ? [{ stream, signal: calibration.signal }] : [],
    );
    const refused = results.flatMap(({ calibration }) =>
      calibration !== null && 'refused' in calibration ? [calibration.refused] : [],
    );
    judging = judged.map(({ stream }) => stream);
    const error = refused.length === 0 ? null : refused.join('; ');
    return { kind: 'ready', t, signals: judged.map(({ signal }) => signal), error };
  };

  return {
    observe: (reading) => {
      count(reading);
      throughput.observe(reading);
      if (judging === null) return learn(reading);
      return judging.flatMap((stream) => stream.observe(reading)).map((alarm) => ({ kind: 'alarm', ...alarm }));
    },
    values: (t) => {
      if (judging === null) return [];
      const values = Object.fromEntries(
        judging.flatMap((stream) => Object.entries(stream.values()).map(([key, value]) => [key, round(value)])),
      );
      return [{ kind: 'values', t, values }];
    },
    end: (t) => {
      const why = loadedAt === null ? 'no traffic was seen' : 'it ended before it was calibrated';
      return { kind: 'end', t, readings: { ...readings }, error: judging === null ? why : null };
    },
  };
}

/** Counts that were shared out leave a trace in the last digits. */
function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
