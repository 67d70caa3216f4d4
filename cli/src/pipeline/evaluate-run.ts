import type { Gate } from '../judge/gate-expression.ts';
import { judge } from '../judge/verdict.ts';
import type { RunFolder } from '../record/run-folder.ts';
import type { Judgement, RunRecord } from '../record/run-record.ts';
import { readSeries } from '../record/series-file.ts';
import { indexSeries } from '../record/series-index.ts';

/** Judges a record by its own files, so that what is judged is what can be read later. */
export async function evaluateRun(record: RunRecord, folder: RunFolder, gates: readonly Gate[]): Promise<Judgement> {
  const { lines } = await readSeries(folder.series);
  return judge({ record, series: indexSeries(lines), gates });
}
