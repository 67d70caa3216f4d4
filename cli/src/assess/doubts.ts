import { type Alarm, begunAt, type Drill, notifies } from '../record/drill.ts';
import { doubt } from '../record/drill-doubt.ts';
import type { Reason } from '../record/run-record.ts';
import { leastGoodShare } from './baseline.ts';
import type { Streams } from './stream.ts';

/** More bad seconds than that in a baseline leave nothing that a fault could differ from. */
const mostBadShare = 0.5;

/** The placebo breaks nothing. */
export function isPlacebo({ fault }: Drill): boolean {
  return fault === 'none';
}

/** What the load, a probe or the detector saw of a fault. */
export interface Seen {
  readonly ever: boolean;
  /** Before it was undone. */
  readonly whileItStood: boolean;
  /** When the answers became bad; null: they did not. Epoch milliseconds. */
  readonly feltAt: number | null;
}

/** Why times and level are not to be trusted; empty: they are. */
export function doubtsOf(drill: Drill, streams: Streams, seen: Seen): Reason[] {
  return [
    ...injectionDoubts(drill, seen),
    ...doubtsOfBaseline(streams),
    ...surgeDoubts(drill, streams),
    ...placeboDoubts(drill),
    ...detectorDoubts(drill),
  ];
}

/**
 * What a mitigation keeps from everybody's eyes is absorbed: whether it took effect without one is asked among the drills of a
 * report, in `plain-twin.ts`.
 */
function injectionDoubts(drill: Drill, { ever, whileItStood, feltAt }: Seen): Reason[] {
  const { injection, fault, mitigation } = drill;
  if (isPlacebo(drill)) return [];
  if (injection === null || injection.injectedAt === null) {
    return [doubt('not-injected', { message: injection?.error ?? 'unknown' })];
  }
  const { revertedAt } = injection;
  // A disk that stands still for a second may do so at any time.
  if (!whileItStood && feltAt !== null && revertedAt !== null) {
    return [doubt('felt-afterwards', { fault, afterMs: feltAt - revertedAt })];
  }
  return ever || mitigation !== null ? [] : [doubt('ineffective', { fault })];
}

export function doubtsOfBaseline({ judged, baselineSeconds }: Streams): Reason[] {
  if (judged.length === 0) return [doubt('baseline-missing', { seconds: baselineSeconds })];
  const goodShare = Math.min(...judged.map(({ tolerance }) => tolerance.baseline.goodShare));
  if (goodShare < leastGoodShare) return [doubt('baseline-bad', { goodShare, leastShare: leastGoodShare })];
  const badShare = Math.max(...judged.map(({ tolerance }) => tolerance.badShare));
  return badShare > mostBadShare ? [doubt('baseline-unsteady', { badShare })] : [];
}

/** Fewer than that of a surge's arrivals are no surge that could be judged. */
const leastOfSurge = 0.5;

/** The generator may not make what it was asked for. */
function surgeDoubts({ injection }: Drill, { surge }: Streams): Reason[] {
  if (surge === null || injection?.injectedAt == null || surge.offered >= leastOfSurge * surge.planned) return [];
  return [doubt('not-surged', { offered: surge.offered, planned: surge.planned })];
}

/** The placebo's own alarms are false as well. */
function placeboDoubts(drill: Drill): Reason[] {
  const own = isPlacebo(drill) ? (drill.detection?.alarms.filter(notifies).length ?? 0) : 0;
  const alarms = Math.max(own, drill.placebo?.alarms ?? 0);
  return alarms === 0 ? [] : [doubt('placebo-alarmed', { alarms })];
}

function detectorDoubts(drill: Drill): Reason[] {
  const { detection } = drill;
  if (detection === null) return [doubt('no-detector', {})];
  const begun = begunAt(drill);
  const isLate = (readyAt: number) => begun !== null && readyAt > begun;
  if (detection.readyAt === null || isLate(detection.readyAt)) return [doubt('not-calibrated', {})];
  const isBefore = ({ t }: Alarm) => begun !== null && t < begun;
  const before = isPlacebo(drill) ? [] : detection.alarms.filter((alarm) => notifies(alarm) && isBefore(alarm));
  const [first] = before;
  return [
    ...(detection.error === null ? [] : [doubt('detector-failed', { message: detection.error })]),
    ...(first === undefined ? [] : [doubt('alarmed-before', { signal: first.signal, alarms: before.length })]),
  ];
}
