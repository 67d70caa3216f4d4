import { metricKey, parseMetricKey } from '../record/metric-key.ts';
import { isOfService } from '../record/service-process.ts';
import type { Stage, StageReading, Suspect } from './stage.ts';

const requestCounts = ['http_request_duration_seconds_count', 'http_server_requests_seconds_count'];

/** Processes of the service that answer requests; all of them where their metrics do not tell. */
export function requestProcesses({ series, keys }: StageReading): string[] {
  const named = (name: string) => keys(name).flatMap((key) => parseMetricKey(key).tags.process ?? []);
  const all = [...named('process_cpu_cores'), ...named('nodejs_eventloop_utilization_ratio')];
  const service = [...new Set(all)].filter(isOfService);
  const served = (process: string) =>
    requestCounts
      .flatMap((name) => keys(name, { process }))
      .some((key) => (series.points.get(key) ?? []).some(({ value }) => value > 0));
  const answering = service.filter(served);
  return answering.length > 0 ? answering : service;
}

/**
 * An event loop on its plateau is busy without a pause and has a processor of its own: Node's JavaScript uses one.
 * Utilization counts the wait for a processor as busy, so a machine that is full makes every loop look like that; then
 * `isStarved` is true and the loop is not suspected. Bounds: as in `event-loop.ts` and `generator-limit.ts`, stricter.
 */
const fullLoop = 0.95;
const starvedLoop = 0.9;
const ownCore = 0.85;
const idleLoop = 0.85;

export interface EventLoopStage extends Stage {
  readonly isStarved: boolean;
  /** Some process that answers requests shows its event loop. */
  readonly isWatched: boolean;
}

export function eventLoopStage(reading: StageReading): EventLoopStage {
  const loops = requestProcesses(reading).map((process) => ({
    process,
    busy: reading.median(metricKey('nodejs_eventloop_utilization_ratio', { process })),
    cores: reading.median(metricKey('process_cpu_cores', { process })),
    wait: reading.median(metricKey('process_cpu_wait_cores', { process })),
  }));
  const watched = loops.flatMap((loop) => (loop.busy === null ? [] : [{ ...loop, busy: loop.busy }]));
  const silent = loops.find(
    (loop) => loop.busy === null && isNode(reading, loop.process) && (loop.cores ?? 0) >= ownCore,
  );
  const isStarved = watched.some(({ busy, cores, wait }) => busy >= starvedLoop && starves(cores, wait));
  const full = watched.find(({ busy, cores, wait }) => busy >= fullLoop && !starves(cores, wait));
  const busiest = watched.toSorted((a, b) => b.busy - a.busy)[0];
  const isIdle = busiest !== undefined && busiest.busy < idleLoop;
  return {
    isStarved,
    isWatched: loops.some(({ process }) => isNode(reading, process)),
    suspect: full === undefined ? silentSuspect(reading, silent) : loopSuspect(reading, full),
    ruledOut: isIdle
      ? [{ id: 'stage-event-loop', values: { component: busiest.process, busyShare: busiest.busy } }]
      : [],
  };
}

function starves(cores: number | null, wait: number | null): boolean {
  return cores !== null && cores < ownCore && (wait ?? 0) > 0.2;
}

/** Known by its metrics, of which it has shown some at any time. */
function isNode({ keys }: StageReading, process: string): boolean {
  return keys('nodejs_eventloop_utilization_ratio', { process }).length > 0;
}

/** A loop so full that it did not even answer the probe in time: what is left is its CPU, seen from outside. */
function silentSuspect({ evidence }: StageReading, loop: Pick<Loop, 'process' | 'cores'> | undefined): Suspect | null {
  if (loop === undefined || loop.cores === null) return null;
  const cpu = metricKey('process_cpu_cores', { process: loop.process });
  const shown = evidence(cpu, loop.cores, 'cores', { value: 1, what: 'stage-one-core' });
  return { component: loop.process, resource: 'event-loop', confidence: 'medium', evidence: [shown] };
}

interface Loop {
  readonly process: string;
  readonly busy: number;
  readonly cores: number | null;
}

function loopSuspect({ evidence }: StageReading, { process, busy, cores }: Loop): Suspect {
  const cpu = metricKey('process_cpu_cores', { process });
  return {
    component: process,
    resource: 'event-loop',
    confidence: cores !== null && cores >= ownCore ? 'high' : 'medium',
    evidence: [
      evidence(metricKey('nodejs_eventloop_utilization_ratio', { process }), busy, 'share'),
      ...(cores === null ? [] : [evidence(cpu, cores, 'cores', { value: 1, what: 'stage-one-core' })]),
    ],
  };
}
