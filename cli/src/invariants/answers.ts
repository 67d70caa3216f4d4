import { parseMetricKey } from '../record/metric-key.ts';
import type { LoadLine } from '../record/series.ts';

/** What k6 got back for one endpoint, the `name` tag of its requests. */
export interface EndpointAnswers {
  /** 201: the service said that it is done. */
  readonly acknowledged: number;
  /** No status (timed out, connection lost) or a 5xx: the service may have done it or not. */
  readonly unknown: number;
}

export interface AnswerTally {
  /** Lines of the measured load only, not of a warm-up. */
  add(line: LoadLine): void;
  of(endpoint: string): EndpointAnswers;
}

/** Sums k6's own request counts by what the client may conclude from them. */
export function answerTally(): AnswerTally {
  const acknowledged = new Map<string, number>();
  const unknown = new Map<string, number>();
  return {
    add: (line) => {
      for (const [key, count] of Object.entries(line.counters)) {
        const { name, tags } = parseMetricKey(key);
        if (name !== 'http_reqs' || tags.name === undefined) continue;
        const status = Number(tags.status ?? 0);
        if (status === 201) increase(acknowledged, tags.name, count);
        else if (!(status >= 100 && status < 500)) increase(unknown, tags.name, count);
      }
    },
    of: (endpoint) => ({ acknowledged: acknowledged.get(endpoint) ?? 0, unknown: unknown.get(endpoint) ?? 0 }),
  };
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
