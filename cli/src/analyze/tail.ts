import type { Finding, FindingDraft, Reason } from '../record/run-record.ts';
import { fisherExact } from '../stats/fisher-exact.ts';
import { quantile } from '../stats/quantile.ts';
import type { Analyzer } from './analyzer.ts';
import { type Suspect, suspectsOf } from './coincidence.ts';
import { isOneLevel } from './offered-load.ts';
import { type AnswerTimes, answerTimes, type LongestAnswer } from './slow-answer.ts';

/**
 * Far above the median: ten times as long, and felt by people (50 ms). A single answer may be the machine's doing: twenty
 * times, and half a second. A service of 1 ms on a busy machine of two cores had a p99 of 9 ms and a maximum of 51 ms.
 */
const slow = { factor: 10, ms: 50 };
const slowest = { factor: 20, ms: 500 };
const leastAnswers = 100;
const leastSeconds = 10;
/** Connections are made and code is compiled. */
const startMs = 3_000;
/** More seconds than that are no moments. */
const mostSeconds = 0.5;

const leastHits = 3;
const leastHitShare = 0.5;
const leastLift = 3;
/** Eight suspects are asked: 8 × 0.5 % keeps a chance hit under 5 %. */
const chance = 0.005;
const severalEpisodes = 3;

/**
 * Are p99 or the longest response far above the median, and what happened in the same seconds? A coincidence is no proof,
 * so that the confidence is medium at most.
 */
export const tail = {
  id: 'tail',
  requires: ['load', 'scenario', 'host', 'series'],
  analyze: ({ load, scenario, host, series }): FindingDraft => {
    const plain = (outcome: 'ok' | 'insufficient-data', detail: Finding['detail']): FindingDraft => {
      const confidence = outcome === 'ok' ? 'high' : null;
      return { id: 'tail', outcome, confidence, evidence: [], detail };
    };
    if (!isOneLevel(scenario)) return plain('insufficient-data', { rule: 'several-levels' });
    const all = answerTimes(series);
    if (all.length === 0) return plain('insufficient-data', { rule: 'no-requests' });
    const known = all.filter(({ count, seconds }) => count >= leastAnswers && seconds.length >= leastSeconds);
    const [longest] = [...known].sort((a, b) => excess(b) - excess(a));
    if (longest === undefined) return plain('insufficient-data', { rule: 'too-few' });

    const { name, metric, p50Ms, p99Ms, maxMs, seconds } = longest;
    const figures = { rule: 'none', api: name === '' ? '*' : name, p50Ms, p99Ms, maxMs };
    if (excess(longest) < 1) return plain('ok', figures);
    const bound = slowBound(longest);
    const settled = (series.load[0]?.from ?? load.startedAt) + startMs;
    const judged = seconds.filter(({ from }) => from >= settled);
    const hit = judged.filter((second) => second.maxMs >= bound);
    const others = judged.filter((second) => second.maxMs < bound);
    if (judged.length < leastSeconds) return plain('insufficient-data', { rule: 'too-few' });
    if (hit.length === 0) {
      return { ...plain('ok', { ...figures, rule: 'only-at-start' }), confidence: 'medium' };
    }

    const worst = hit.reduce((most, second) => (second.maxMs > most.maxMs ? second : most));
    const evidence: Finding['evidence'] = [
      {
        metric,
        from: worst.from,
        to: worst.to,
        value: worst.maxMs,
        unit: 'ms',
        comparedWith: { value: p50Ms, what: 'median-time' },
      },
    ];
    const detail = { ...figures, slowSeconds: hit.length, loadSeconds: judged.length };
    const found = { id: 'tail', outcome: 'problem', confidence: 'medium', evidence } as const;
    if (hit.length > mostSeconds * judged.length) return { ...found, detail: { ...detail, rule: 'spread' } };

    // A slow answer began before the second in which it came.
    const reach = Math.min(
      2_000,
      quantile(
        hit.map((second) => second.maxMs),
        0.5,
      ) ?? 0,
    );
    const window = { from: settled - reach, to: load.endedAt + 1_000 };
    const suspects = suspectsOf({ series, host, ...window, heldUpMs: bound / 2 });
    const shares = suspects.flatMap((suspect) => coincide(suspect, hit, others, reach));
    if (shares.length === 0) return { ...found, detail: { ...detail, rule: 'not-watched' } };
    const [first, ...more] = shares.filter(isCoincidence);
    const ruledOut = spokenAgainst(shares);
    const shown = first === undefined ? [] : [first, ...more];
    evidence.push(
      ...shown.map(({ suspect, hitShare, otherShare }) => ({
        metric: suspect.metric,
        from: judged[0]?.from ?? null,
        to: judged.at(-1)?.to ?? null,
        value: hitShare,
        unit: 'share',
        comparedWith: { value: otherShare, what: 'other-seconds' },
      })),
    );
    if (first === undefined) return { ...found, detail: { ...detail, rule: 'no-cause' }, ruledOut };
    return {
      ...found,
      confidence: episodes(hit) >= severalEpisodes ? 'medium' : 'low',
      detail: { ...detail, rule: first.suspect.id, hitShare: first.hitShare, otherShare: first.otherShare },
      ruledOut,
      surer: [{ id: 'repeat-coincidence', values: {} }],
    };
  },
} as const satisfies Analyzer<'load' | 'scenario' | 'host' | 'series'>;

function slowBound({ p50Ms }: AnswerTimes): number {
  return Math.max(slow.factor * p50Ms, slow.ms);
}

/** 1 and more: far above the median. */
function excess(times: AnswerTimes): number {
  return Math.max(times.p99Ms / slowBound(times), times.maxMs / Math.max(slowest.factor * times.p50Ms, slowest.ms));
}

interface Coincidence {
  readonly suspect: Suspect;
  readonly hits: number;
  /** Of the slow seconds. */
  readonly hitShare: number;
  /** Of all the others. */
  readonly otherShare: number;
  readonly probability: number;
}

/** None where it was not read in most of the slow seconds, or never beside them. */
function coincide(
  suspect: Suspect,
  slowSeconds: readonly LongestAnswer[],
  others: readonly LongestAnswer[],
  reach: number,
): Coincidence[] {
  const [hit, other] = [countActive(suspect, slowSeconds, reach), countActive(suspect, others, reach)];
  if (hit.known < slowSeconds.length / 2 || hit.known === 0 || other.known === 0) return [];
  const probability = fisherExact(hit.active, hit.known, hit.active + other.active, hit.known + other.known);
  return [
    {
      suspect,
      hits: hit.active,
      hitShare: hit.active / hit.known,
      otherShare: other.active / other.known,
      probability,
    },
  ];
}

function countActive({ readings }: Suspect, seconds: readonly LongestAnswer[], reach: number) {
  let [known, active, begin] = [0, 0, 0];
  for (const { from, to } of seconds) {
    while ((readings[begin]?.t ?? Number.POSITIVE_INFINITY) <= from - reach) begin += 1;
    const near = [];
    for (let index = begin; (readings[index]?.t ?? Number.POSITIVE_INFINITY) < to + 1_000; index += 1) {
      near.push(readings[index]?.active === true);
    }
    if (near.length > 0) known += 1;
    if (near.some((one) => one)) active += 1;
  }
  return { known, active };
}

function isCoincidence({ hits, hitShare, otherShare, probability }: Coincidence): boolean {
  return hits >= leastHits && hitShare >= leastHitShare && hitShare >= leastLift * otherShare && probability < chance;
}

/** One each; Redis has two readings, of which one may coincide. */
function spokenAgainst(all: readonly Coincidence[]): Reason[] {
  const found = new Set(all.filter(isCoincidence).map(({ suspect }) => suspect.id));
  const reasons = new Map<string, Reason>();
  for (const { suspect, hitShare, otherShare } of all) {
    if (found.has(suspect.id) || reasons.has(suspect.id)) continue;
    reasons.set(suspect.id, { id: `tail-${suspect.id}`, values: { hitShare, otherShare } });
  }
  return [...reasons.values()];
}

/** Slow seconds in a row are one episode, and one coincidence. */
function episodes(seconds: readonly LongestAnswer[]): number {
  return seconds.filter(({ from }, index) => from - (seconds[index - 1]?.to ?? Number.NEGATIVE_INFINITY) > 1_500)
    .length;
}
