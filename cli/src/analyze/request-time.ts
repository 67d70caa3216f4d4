import type { Finding, FindingDraft } from '../record/run-record.ts';
import type { Analyzer } from './analyzer.ts';
import { nonZeroCount, trendSum } from './trend-sum.ts';

/**
 * A part beside the server's own time that is worth a word. On a loopback interface with connections kept, 30,000 answers
 * of 1 ms and less spent 12 % of their time outside of the server, all parts together, and none more than 6 %.
 */
const substantialShare = 0.25;
/** Below this a part is the noise of the machine, whatever its share of a short answer. */
const substantialMs = 1;
/** Every user has to connect once. That half of all requests did is no beginning. */
const mostOfRequests = 0.5;
const connectingShare = 0.05;
/** In the first seconds every user connects. */
const leastMs = 10_000;

/**
 * Where the time of HTTP requests went, from exact sums: total = `http_req_blocked` + sending + waiting for the server +
 * receiving, where `blocked` is connecting, TLS and waiting for a free connection.
 */
export const requestTime = {
  id: 'request-time',
  requires: ['load', 'series'],
  analyze: ({ load, series }): FindingDraft => {
    const insufficient = (rule: string): FindingDraft => ({
      id: 'request-time',
      outcome: 'insufficient-data',
      confidence: null,
      evidence: [],
      detail: { rule },
    });
    const sum = (name: string) => trendSum(load, series, `http_req_${name}`);
    const [waiting, duration] = [sum('waiting'), sum('duration')];
    if (duration === null) return insufficient('no-requests');
    if (waiting === null) return insufficient('not-recorded');
    if (load.endedAt - load.startedAt < leastMs) return insufficient('too-short');
    const of = (name: string) => sum(name)?.sum ?? 0;
    const connecting = of('connecting') + of('tls_handshaking');
    const blocked = Math.max(0, of('blocked') - connecting);
    const parts: Record<Part, number> = {
      connecting,
      blocked,
      sending: of('sending'),
      receiving: of('receiving'),
    };
    const total = waiting.sum + connecting + blocked + parts.sending + parts.receiving;
    if (!(total > 0)) return insufficient('no-requests');
    const opened = nonZeroCount(series, 'http_req_connecting');
    const openedShare = opened === null ? null : opened / duration.count;
    const share = (sumMs: number) => sumMs / total;
    const evidence: Finding['evidence'] = [
      ['waiting', waiting.sum] as const,
      ...partNames.map((name) => [name, parts[name]] as const),
    ].map(([name, sumMs]) => ({
      metric: `http_req_${name}`,
      from: load.startedAt,
      to: load.endedAt,
      value: share(sumMs),
      unit: 'share',
      comparedWith: null,
    }));
    const shared = { waitingShare: share(waiting.sum), requestMs: total / duration.count };
    const found = { id: 'request-time', evidence } as const;

    if (openedShare !== null && openedShare > mostOfRequests && share(connecting) >= connectingShare) {
      const detail = { ...shared, rule: 'connecting', openedShare, connectingShare: share(connecting) };
      return { ...found, outcome: 'problem', confidence: 'high', detail };
    }
    const worst = partNames
      .filter((name) => share(parts[name]) >= substantialShare && parts[name] / duration.count >= substantialMs)
      .sort((a, b) => parts[b] - parts[a])[0];
    if (worst === undefined)
      return { ...found, outcome: 'ok', confidence: 'high', detail: { ...shared, rule: 'waiting' } };
    const detail = {
      ...shared,
      rule: worst === 'connecting' ? 'slow-connecting' : worst,
      partShare: share(parts[worst]),
      partMs: parts[worst] / duration.count,
    };
    return { ...found, outcome: 'problem', confidence: 'medium', detail };
  },
} as const satisfies Analyzer<'load' | 'series'>;

const partNames = ['connecting', 'blocked', 'sending', 'receiving'] as const;
type Part = (typeof partNames)[number];
