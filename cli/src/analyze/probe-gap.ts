import type { FindingDraft } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';
import { within } from '../stats/window.ts';
import type { Analyzer } from './analyzer.ts';

/** Seconds of the load in which a probe has no reading; one or two late ones are the noise of a busy machine. */
const tolerated = 0.1;
const leastSeconds = 3;

export const probeGap = {
  id: 'probe-gap',
  requires: ['load', 'series'],
  analyze: ({ load, series }) => {
    const gaps = probeGaps(series, load.startedAt, load.endedAt);
    const worst = gaps.filter(({ missing, seconds }) => missing >= leastSeconds && missing > tolerated * seconds);
    return {
      id: 'probe-gap',
      outcome: gaps.length === 0 ? 'insufficient-data' : worst.length > 0 ? 'problem' : 'ok',
      confidence: 'high',
      evidence: gaps
        .filter(({ missing }) => missing > 0)
        .map(({ probe, missing, seconds }) => ({
          metric: probe,
          from: load.startedAt,
          to: load.endedAt,
          value: missing,
          unit: 'seconds',
          comparedWith: { value: seconds, what: 'load-seconds' },
        })),
      detail: Object.fromEntries(worst.map(({ probe, missing }) => [probe, missing])),
    } satisfies FindingDraft;
  },
} as const satisfies Analyzer<'load' | 'series'>;

interface ProbeGap {
  readonly probe: string;
  readonly missing: number;
  readonly seconds: number;
}

function probeGaps({ readings }: Series, from: number, to: number): ProbeGap[] {
  return [...readings.entries()].map(([probe, lines]) => {
    const inLoad = within(lines, from, to);
    const seconds = Math.max(inLoad.length, Math.floor((to - from) / 1_000));
    return { probe, seconds, missing: seconds - inLoad.filter(({ outcome }) => outcome === 'ok').length };
  });
}
