import { type Assessment, hurtNames, recoveryOf } from '../../record/drill.ts';
import { quantile } from '../../stats/quantile.ts';
import type { Speech } from '../detail-format.ts';
import { type DrilledRun, trusted } from './drilled-run.ts';

/**
 * ttdMs: from the first bad second until it was noticed; ttrMs: until all that was hurt was well again; afterUndoMs: that from the
 * undo on, 0 where it was well before.
 */
export type DrillTime = 'ttdMs' | 'ttrMs' | 'afterUndoMs';

/** A mean time is said of this many drills at least: of fewer the spread is not known. */
const leastForMedian = 5;

type Words = Pick<Speech, 'say' | 'format'>;

/**
 * A time of one drill, or of its repeats: median [least – most] from five of them on, before that the longest. What was never
 * noticed or never repaired is said in words, and makes no median. A repair that was not over with the answers says with what.
 */
export function timeText(speech: Words, drills: readonly DrilledRun[], time: DrillTime): string {
  const { say } = speech;
  const known = drills.map(trusted).filter((one) => one !== null);
  if (known.length === 0) return say('drill.untrusted');
  const felt = known.filter(({ moments }) => moments.impactAt !== null);
  if (felt.length === 0) return say('drill.no-impact');
  return withEnd(speech, feltText(speech, felt, time), time === 'ttrMs' ? felt : []);
}

function feltText(speech: Words, felt: readonly Assessment[], time: DrillTime): string {
  const { say } = speech;
  const measured = measuredOf(felt, time);
  if (measured.length < felt.length) {
    const missed = felt.filter((one) => lengthOf(one, time) === null);
    const word = say(time === 'ttdMs' ? missedId(...missed) : 'drill.not-recovered');
    return missedText(speech, measured, { all: felt.length, missed: word, time });
  }
  const figures = rangeText(speech, measured, time);
  if (measured.length >= leastForMedian) {
    const median = timeOf(speech, quantile(measured, 0.5), time);
    return say(figures.range === median ? 'drill.median-same' : 'drill.median', { ...figures, median });
  }
  return measured.length === 1 ? figures.most : say('drill.worst-of', { time: figures.most, count: measured.length });
}

function measuredOf(assessments: readonly Assessment[], time: DrillTime): number[] {
  return assessments.map((one) => lengthOf(one, time)).filter((value) => value !== null);
}

/**
 * Null: it was not noticed, or not well again. What is counted second by second is known to a second: what was well again less than
 * a second before the undo may have been so by the undo.
 */
function lengthOf(one: Assessment, time: DrillTime): number | null {
  if (time === 'ttdMs') return one.ttdMs;
  if (time === 'ttrMs') return inSeconds(one.ttrMs);
  const { at } = recoveryOf(one);
  const { revertedAt } = one.moments;
  if (at === null || revertedAt === null) return null;
  return at <= revertedAt - 1_000 ? 0 : inSeconds(at - revertedAt);
}

/** To whole seconds, one at least. */
function inSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.max(1_000, Math.round(ms / 1_000) * 1_000);
}

/** `40.6초 (데이터)`: what ended last, or did not; without a word where that is the answers in each of them. */
function withEnd({ say }: Words, text: string, recovered: readonly Assessment[]): string {
  const ends = new Set(recovered.flatMap((one) => recoveryOf(one).by));
  if (ends.size === 0 || (ends.size === 1 && ends.has('answers'))) return text;
  const by = hurtNames.filter((name) => ends.has(name)).map((name) => say(`hurt.${name}`));
  return say('drill.ended-by', { time: text, by: by.join(', ') });
}

/** The same in a table that says how many there are: of two to four repeats the least and the most. */
export function rangeOrTime(speech: Words, drills: readonly DrilledRun[], time: DrillTime): string {
  const known = drills.map(trusted).filter((one) => one !== null);
  const measured = measuredOf(known, time);
  const isRange = measured.length === drills.length && measured.length > 1 && measured.length < leastForMedian;
  if (!isRange) return timeText(speech, drills, time);
  return withEnd(speech, rangeText(speech, measured, time).range, time === 'ttrMs' ? known : []);
}

/** Of drills that were felt, and that nobody noticed: what was absorbed was not enough for an alarm. */
export function isBelowAlarm(...missed: readonly Assessment[]): boolean {
  return missed.every(({ level }) => level === 'absorbed');
}

/** The identifier of the words for it. */
export function missedId(...missed: readonly Assessment[]): 'drill.below-alarm' | 'drill.not-detected' {
  return isBelowAlarm(...missed) ? 'drill.below-alarm' : 'drill.not-detected';
}

interface Missed {
  readonly all: number;
  /** The word for it. */
  readonly missed: string;
  readonly time: DrillTime;
}

function missedText(speech: Words, measured: readonly number[], { all, missed, time }: Missed): string {
  const { say } = speech;
  if (all === 1) return missed;
  const count = all - measured.length;
  if (measured.length === 0) return say('drill.missed', { missed, all, count });
  return say('drill.partly-missed', { ...rangeText(speech, measured, time), missed, all, count });
}

function rangeText(
  speech: Words,
  values: readonly number[],
  time: DrillTime,
): { range: string; most: string; count: number } {
  const least = timeOf(speech, quantile(values, 0), time);
  const most = timeOf(speech, quantile(values, 1), time);
  const range = least === most ? most : speech.say('drill.range', { least, most });
  return { range, most, count: values.length };
}

function timeOf(speech: Words, ms: number | null, time: DrillTime): string {
  return time === 'afterUndoMs' && ms === 0 ? speech.say('drill.before-undo') : lengthText(speech, ms);
}

/** A repair, which is known to a second. */
export function repairText(speech: Words, ms: number | null): string {
  return lengthText(speech, inSeconds(ms));
}

/** What was noticed before the load felt it has a negative time. */
export function lengthText({ say, format }: Words, ms: number | null): string {
  return ms !== null && ms < 0 ? say('drill.before-impact', { time: format.span(-ms) }) : format.span(ms);
}
