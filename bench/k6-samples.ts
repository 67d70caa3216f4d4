import { readFile } from 'node:fs/promises';

/** One request as k6's CSV output has it. */
export interface K6Sample {
  /** Epoch milliseconds at which it was over. */
  readonly t: number;
  readonly durationMs: number;
}

/** The `http_req_duration` lines of a CSV that k6 wrote with `K6_CSV_TIME_FORMAT=unix_milli`. */
export async function readSamples(file: string): Promise<K6Sample[]> {
  const [head = '', ...lines] = (await readFile(file, 'utf8')).split('\n');
  const names = head.split(',');
  const [metric, time, value] = ['metric_name', 'timestamp', 'metric_value'].map((name) => names.indexOf(name));
  if (metric === undefined || time === undefined || value === undefined) throw new Error(`${file} is no CSV of k6`);
  return lines.flatMap((line) => {
    const cells = line.split(',');
    if (cells[metric] !== 'http_req_duration') return [];
    return [{ t: Number(cells[time]), durationMs: Number(cells[value]) }];
  });
}
