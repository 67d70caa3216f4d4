import type { FindingDraft, Reason } from '../record/run-record.ts';
import { iterationSplit } from '../stats/iteration-split.ts';
import type { AnalysisInput, Analyzer } from './analyzer.ts';
import { growingBacklog } from './backlog-path.ts';
import { type GeneratorLimit, generatorLimit, k6Cpu } from './generator-limit.ts';
import { flowsFreely, type LoadQueue, leastSeconds, loadQueue, pilesUp } from './load-queue.ts';
import { type RequestPath, walkRequestPath } from './request-path.ts';
import { type Suspect, stageReading } from './stage.ts';
import { type Evidence, insufficient } from './symptom.ts';
import { trendSum } from './trend-sum.ts';

type Needs = 'load' | 'scenario' | 'host' | 'parts' | 'series';
type Facts = Pick<AnalysisInput, Needs>;

const id = 'bottleneck';
/** Part of an iteration: above it the wait for answers, below it the script sets the pace of a fixed number of users. */
const half = 0.5;

/**
 * What limits the run: walked in the order a request takes, from measurements only.
 *
 * - `named`: requests pile up, and one stage is on its plateau or holds most of them.
 * - `named-backlog`: what is worked off after the answers falls behind; answers do not wait for it.
 * - `none`, `think-time`: nothing piles up; the rate was kept, or the users' own waiting sets the pace.
 * - `generator`: the generator was the limit, and nothing can be said about the server.
 * - `undetermined`, `too-short`, `no-requests`: the data do not tell.
 *
 * A wrong name is worse than none: a stage needs evidence of its own, and lack of it never makes another one guilty.
 */
export const bottleneck = {
  id,
  requires: ['load', 'scenario', 'host', 'parts', 'series'],
  analyze: (facts: Facts): FindingDraft => {
    const { load, scenario, series, host } = facts;
    const limit = generatorLimit(facts);
    if (limit.rule !== null) return generatorFinding(limit);
    const queue = loadQueue(load, scenario, series);
    if (queue === 'no-requests') return insufficient(id, queue);
    if (queue === 'too-short' || queue.secondCount < leastSeconds) {
      return { ...insufficient(id, 'too-short'), surer: [{ id: 'stage-longer-load', values: {} }] };
    }
    const split = iterationSplit((trend) => trendSum(load, series, trend)?.sum ?? null, load.iterations);
    const pace = paceOf(facts, queue, split);
    const path = walkRequestPath(stageReading(series, queue), host);
    const behind = growingBacklog(series, queue.from, load.endedAt, path.isHostFull);
    const known: Known = { queue, limit, path, pace };
    const isVague = path.suspect?.confidence === 'low' && behind !== null;
    if (isBackedUp(known) && path.suspect !== null && !isVague) {
      return namedFinding(known, path.suspect, behind === null ? [] : [backlogReason(behind)]);
    }
    if (behind !== null) {
      const { component, resource, confidence, evidence, level, perSecond } = behind;
      const detail = { rule: 'named-backlog', component, resource, advice: adviceOf(behind) };
      return {
        ...{ id, outcome: 'problem', confidence, evidence: [...evidence] },
        detail: { ...detail, leftCount: Math.round(level), growthPerSecond: perSecond },
        ruledOut: isBackedUp(known) ? [] : [{ id: 'stage-answers', values: { meanMs: queue.meanMs } }],
        surer: surerOf(known),
      };
    }
    if (isBackedUp(known) || !flowsFreely(queue) || pace.kind === 'unknown') return undetermined(known);
    return noneFinding(known);
  },
} as const satisfies Analyzer<Needs>;

/** Who sets the pace of the load: arrivals, the users' own waiting, or the answers that users wait for all the time. */
type Pace =
  | { readonly kind: 'arrivals' | 'answers' | 'unknown' }
  | { readonly kind: 'script'; readonly httpShare: number; readonly thinkShare: number | null };

interface Known {
  readonly queue: LoadQueue;
  readonly limit: GeneratorLimit;
  readonly path: RequestPath;
  readonly pace: Pace;
}

function paceOf({ scenario }: Facts, { inFlight }: LoadQueue, split: ReturnType<typeof iterationSplit>): Pace {
  if (scenario === null) return { kind: 'unknown' };
  if (scenario.model !== 'closed') return { kind: 'arrivals' };
  if (split === 'parallel-requests') return { kind: inFlight >= 2 ? 'answers' : 'unknown' };
  if (typeof split === 'string') return { kind: 'unknown' };
  if (split.http < half) return { kind: 'script', httpShare: split.http, thinkShare: split.think };
  return { kind: inFlight >= 2 ? 'answers' : 'unknown' };
}

function isBackedUp({ queue, pace }: Known): boolean {
  return pilesUp(queue) || pace.kind === 'answers';
}

function generatorFinding({ usage, limit, step }: GeneratorLimit): FindingDraft {
  const cpu = usage === null ? [] : [{ usage, comparedWith: { value: limit, what: 'stage-host-cores' } }];
  const evidence = cpu.map(({ usage: { k6, from, to }, comparedWith }) => ({
    ...{ metric: k6Cpu, from, to, value: k6, unit: 'cores', comparedWith },
  }));
  const detail = step === null ? { rule: 'generator' } : { rule: 'generator', step };
  const surer = [{ id: 'stage-stronger-generator', values: {} }];
  return { ...insufficient(id, 'generator', evidence), detail, surer };
}

function namedFinding(known: Known, suspect: Suspect, also: readonly Reason[]): FindingDraft {
  const { queue, path, limit } = known;
  const { component, resource, evidence } = suspect;
  const figures = { inFlightCount: Math.round(queue.inFlight), meanMs: queue.meanMs, bestMs: queue.bestMs };
  const confidence = suspect.confidence === 'high' && limit.usage === null ? 'medium' : suspect.confidence;
  return {
    ...{ id, outcome: 'problem', confidence },
    evidence: [...queueEvidence(queue), ...evidence],
    detail: { rule: 'named', component, resource, advice: adviceOf(suspect), ...figures },
    ruledOut: [...generatorRuledOut(limit), ...path.ruledOut, ...also],
    surer: confidence === 'high' ? [] : surerOf(known),
  };
}

function undetermined(known: Known): FindingDraft {
  const { queue, path, limit } = known;
  const { slowShare, droppedShare, meanMs, bestMs } = queue;
  return {
    ...insufficient(id, 'undetermined', queueEvidence(queue), { slowShare, droppedShare, meanMs, bestMs }),
    ruledOut: [...generatorRuledOut(limit), ...path.ruledOut],
    surer: surerOf(known),
  };
}

function noneFinding({ queue, path, limit, pace }: Known): FindingDraft {
  const found = { id, outcome: 'ok', confidence: 'high', evidence: queueEvidence(queue) } as const;
  const ruledOut = [...generatorRuledOut(limit), ...path.ruledOut];
  const figures = { meanMs: queue.meanMs, bestMs: queue.bestMs };
  const surer = [{ id: 'stage-more-load', values: {} }];
  if (pace.kind !== 'script') return { ...found, detail: { rule: 'none', ...figures }, ruledOut, surer };
  const { httpShare, thinkShare } = pace;
  if (thinkShare === null || thinkShare < half) {
    return { ...found, confidence: 'medium', detail: { rule: 'script-time', httpShare, ...figures }, ruledOut, surer };
  }
  return { ...found, detail: { rule: 'think-time', thinkShare, httpShare, ...figures }, ruledOut, surer };
}

function queueEvidence(queue: LoadQueue): Evidence[] {
  const { seconds, meanMs, bestMs, droppedShare, refusedShare, from, to } = queue;
  const window = { from: Math.min(...seconds), to: Math.max(...seconds) };
  const share = (metric: string, value: number) =>
    value === 0 ? [] : [{ metric, from, to, value, unit: 'share', comparedWith: null }];
  const comparedWith = { value: bestMs, what: 'stage-best-answers' };
  return [
    { metric: 'http_req_duration', ...window, value: meanMs, unit: 'ms', comparedWith },
    ...share('dropped_iterations', droppedShare),
    ...share('http_reqs{status:503}', refusedShare),
  ];
}

function generatorRuledOut({ usage, limit }: GeneratorLimit): Reason[] {
  return usage === null ? [] : [{ id: 'stage-generator', values: { usedCores: usage.k6, limitCores: limit } }];
}

function backlogReason({ component, level }: Suspect & { readonly level: number }): Reason {
  return { id: 'stage-backlog', values: { component, leftCount: Math.round(level) } };
}

/** Stores have resources of the same name that want different first steps. */
function adviceOf({ component, resource }: Suspect): string {
  return resource === 'cpu' ? `${component}-cpu` : resource;
}

function surerOf({ limit, path, queue }: Known): Reason[] {
  const reasons: (Reason | null)[] = [
    limit.usage === null ? { id: 'stage-generator-watched', values: {} } : null,
    path.isHostFull ? { id: 'stage-quiet-machine', values: {} } : null,
    path.isLoopWatched ? null : { id: 'stage-service-metrics', values: {} },
    queue.secondCount < 30 ? { id: 'stage-longer-load', values: {} } : null,
  ];
  return reasons.flatMap((reason) => reason ?? []);
}
