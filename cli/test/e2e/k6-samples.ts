import { readFileSync } from 'node:fs';

/** One value as k6's CSV output has it. */
export interface Sample {
  readonly metric: string;
  readonly value: number;
  /** All columns by their name, `timestamp` among them. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A line for `wrappedK6` that gives k6 one output more: every sample to a file. */
export function csvOutput(file: string): string {
  return `shift; set -- run --out "csv=${file}" "$@"`;
}

export function readSamples(file: string): Sample[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const tags = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
    return { metric: tags.metric_name ?? '', value: Number(tags.metric_value), tags };
  });
}
