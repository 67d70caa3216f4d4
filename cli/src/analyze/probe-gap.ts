import type { FindingDraft } from '../record/run-record.ts';
import { within } from '../stats/window.ts';
import type { AnalysisInput, Analyzer } from './analyzer.ts';
import { findStandstills } from './standstill.ts';

/** Seconds of the load in which a probe has no reading; one or two late ones are the noise of a busy machine. */
const tolerated = 0.1;
const leastSeconds = 3;
/** A pause is known to a second at each end, and a reading that it held up may end a second after it. */
const pauseToleranceMs = 1_000;
/** The service itself answers these. */
const ofService = /^prometheus:/;

export const probeGap = {
  id: 'probe-gap',
  requires: ['load', 'scenario', 'series'],
  analyze: ({ load, scenario, series }) => {
    const gaps = probeGaps({ load, scenario, series });
    const worst = gaps.filter(({ blind, seconds }) => blind >= leastSeconds && blind > tolerated * seconds);
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
      detail: Object.fromEntries(worst.map(({ probe, blind }) => [probe, blind])),
    } satisfies FindingDraft;
  },
} as const satisfies Analyzer<'load' | 'scenario' | 'series'>;

interface ProbeGap {
  readonly probe: string;
  readonly missing: number;
  /** Of them those that no standing service explains: one that answers nobody answers no probe either, and is not unknown. */
  readonly blind: number;
  readonly seconds: number;
}

type GapInput = Pick<AnalysisInput, 'load' | 'scenario' | 'series'>;

function probeGaps({ load, scenario, series }: GapInput): ProbeGap[] {
  const { startedAt: from, endedAt: to } = load;
  const { pauses } = findStandstills({ load, scenario, series });
  const isPaused = ({ t }: { readonly t: number }) =>
    pauses.some((pause) => t >= pause.from - pauseToleranceMs && t < pause.to + pauseToleranceMs);
  return [...series.readings.entries()].map(([probe, lines]) => {
    const inLoad = within(lines, from, to);
    const seconds = Math.max(inLoad.length, Math.floor((to - from) / 1_000));
    const unread = inLoad.filter(({ outcome }) => outcome !== 'ok');
    const missing = seconds - inLoad.length + unread.length;
    const explained = ofService.test(probe) ? unread.filter(isPaused).length : 0;
    return { probe, seconds, missing, blind: missing - explained };
  });
}
