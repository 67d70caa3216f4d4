import { sleep } from 'k6';
import { Trend } from 'k6/metrics';
import type { Random } from './random.ts';

const thinkTime = new Trend('think_time', true);

/**
 * Waits U(0, `maxSeconds`), as a person between two requests, and records it: without that, an iteration's length
 * cannot be told apart into server, wait and rest. Recorded is the wait that was asked for: waking up late is the
 * generator's doing and belongs to the rest. 0 does not wait and records that there was no wait.
 */
export function think(maxSeconds: number, random: Random): void {
  const seconds = random.next() * maxSeconds;
  if (seconds > 0) sleep(seconds);
  thinkTime.add(seconds * 1000);
}
