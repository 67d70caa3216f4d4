import { type PrometheusSample, parsePrometheusText } from '../../../src/probes/prometheus-text.ts';

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Answered {
  readonly seconds?: number;
  readonly outcome?: 'success' | 'rejected' | 'error';
  readonly route?: string;
  readonly method?: string;
}

/** A service that keeps its counters as the reference service does, and shows them on its page. */
export class BuiltService {
  inFlight = 0;
  startedAt = 1_700_000_000;
  /** Other lines of its page: `queue_depth{queue="outbox"}` and its value. */
  readonly gauges = new Map<string, number>();
  #cpuSeconds = 1;
  #series = new Map<string, { count: number; readonly within: number[] }>();

  answer(count: number, answered: Answered = {}): void {
    const { seconds = 0.004, outcome = 'success', route = '/api/orders', method = 'POST' } = answered;
    const labels = `route="${route}",method="${method}",outcome="${outcome}"`;
    const series = this.#series.get(labels) ?? { count: 0, within: bounds.map(() => 0) };
    this.#series.set(labels, series);
    series.count += count;
    for (const [index, bound] of bounds.entries()) {
      if (seconds <= bound) series.within[index] = (series.within[index] ?? 0) + count;
    }
    this.#cpuSeconds += count / 1_000;
  }

  /** Another process, of the same second unless told otherwise. */
  restart(startedAt = this.startedAt): void {
    this.startedAt = startedAt;
    this.#cpuSeconds = 0.1;
    this.#series = new Map();
    this.inFlight = 0;
  }

  text(): string {
    const name = 'http_request_duration_seconds';
    return [
      `process_start_time_seconds ${this.startedAt}`,
      `process_cpu_seconds_total ${this.#cpuSeconds}`,
      `http_requests_in_flight ${this.inFlight}`,
      ...[...this.gauges].map(([series, value]) => `${series} ${value}`),
      ...[...this.#series].flatMap(([labels, { count, within }]) => [
        ...within.map((value, index) => `${name}_bucket{le="${bounds[index]}",${labels}} ${value}`),
        `${name}_bucket{le="+Inf",${labels}} ${count}`,
        `${name}_count{${labels}} ${count}`,
      ]),
    ].join('\n');
  }

  page(): readonly PrometheusSample[] {
    return parsePrometheusText(this.text()).samples;
  }
}
