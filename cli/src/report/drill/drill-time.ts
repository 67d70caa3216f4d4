import { quantile } from '../../stats/quantile.ts';
import type { Speech } from '../detail-format.ts';
import { type DrilledRun, trusted } from './drilled-run.ts';

/** ttdMs: from the first bad second until it was noticed; ttrMs: until ten good seconds in a row began. */
export type DrillTime = 'ttdMs' | 'ttrMs';

/** A mean time is said of this many drills at least: of fewer the spread is not known. */
const leastForMedian = 5;

type Words = Pick<Speech, 'say' | 'format'>;

/**
 * A time of one drill, or of its repeats: median [least – most] from five of them on, before that the longest. What was never
 * noticed or never repaired is said in words, and makes no median.
 */
export function timeText(speech: Words, drills: readonly DrilledRun[], time: DrillTime): string {
  const { say } = speech;
  const known = drills.map(trusted).filter((one) => one !== null);
  if (known.length === 0) return say('drill.untrusted');
  const felt = known.filter(({ moments }) => moments.impactAt !== null);
  if (felt.length === 0) return say('drill.no-impact');
  const measured = felt.map((one) => one[time]).filter((value) => value !== null);
  if (measured.length < felt.length) return missedText(speech, measured, felt.length, time);
  const figures = rangeText(speech, measured);
  if (measured.length >= leastForMedian) {
    return say('drill.median', { ...figures, median: lengthText(speech, quantile(measured, 0.5)) });
  }
  return measured.length === 1 ? figures.most : say('drill.worst-of', { time: figures.most, count: measured.length });
}

/** The same in a table that says how many there are: of two to four repeats the least and the most. */
export function rangeOrTime(speech: Words, drills: readonly DrilledRun[], time: DrillTime): string {
  const measured = drills.map((one) => trusted(one)?.[time] ?? null).filter((value) => value !== null);
  const isRange = measured.length === drills.length && measured.length > 1 && measured.length < leastForMedian;
  return isRange ? speech.say('drill.range', rangeText(speech, measured)) : timeText(speech, drills, time);
}

function missedText(speech: Words, measured: readonly number[], all: number, time: DrillTime): string {
  const { say } = speech;
  const missed = say(time === 'ttdMs' ? 'drill.not-detected' : 'drill.not-recovered');
  if (all === 1) return missed;
  const count = all - measured.length;
  if (measured.length === 0) return say('drill.missed', { missed, all, count });
  return say('drill.partly-missed', { ...rangeText(speech, measured), missed, all, count });
}

function rangeText(speech: Words, values: readonly number[]): { least: string; most: string; count: number } {
  return {
    least: lengthText(speech, quantile(values, 0)),
    most: lengthText(speech, quantile(values, 1)),
    count: values.length,
  };
}

/** What was noticed before the load felt it has a negative time. */
export function lengthText({ say, format }: Words, ms: number | null): string {
  return ms !== null && ms < 0 ? say('drill.before-impact', { time: format.span(-ms) }) : format.span(ms);
}
