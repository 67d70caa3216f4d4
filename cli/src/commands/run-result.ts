import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { RunOptions } from '../config/run-options.ts';
import type { EvaluatedRun } from '../pipeline/execute-run.ts';
import { terminalSummary } from '../report/renderers/terminal.ts';
import { loadSentences } from '../report/sentences.ts';
import { comparisonLines } from './comparison-table.ts';
import type { Output } from './output.ts';
import { worstVerdict } from './worst-verdict.ts';

/** The last lines on stdout: the verdict of each run, why, and where the reports are; with `--json` the same as JSON. */
export function printResult(
  runs: readonly EvaluatedRun[],
  reports: readonly string[],
  options: RunOptions,
  { out, err }: Output,
  { cwd, templatesFolder }: { cwd: string; templatesFolder: string },
): void {
  // Where bare k6 prints it, unless JSON is wanted there.
  for (const { folder } of runs) (options.json ? err : out).write(printedByScript(folder));
  if (options.json) {
    out.write(`${JSON.stringify(asJson(runs, reports), null, 2)}\n`);
    return;
  }
  const sentences = loadSentences(templatesFolder, 'en');
  for (const { record, series, folder } of runs) {
    for (const line of terminalSummary({ record, series }, sentences)) out.write(`${line}\n`);
    out.write(`  record  ${shown(folder.path, cwd)}\n`);
  }
  for (const line of comparisonLines(runs, sentences)) out.write(`  ${line}\n`);
  for (const file of reports.filter((path) => path.endsWith('.html'))) out.write(`  report  ${shown(file, cwd)}\n`);
}

/** What a script that is not ours printed at its end, byte for byte; nothing for ours. */
function printedByScript({ k6Output }: EvaluatedRun['folder']): Buffer {
  return existsSync(k6Output) ? readFileSync(k6Output) : Buffer.alloc(0);
}

function asJson(runs: readonly EvaluatedRun[], reports: readonly string[]) {
  return {
    exitCode: worstVerdict(runs),
    runs: runs.map(({ record, folder }) => ({
      id: record.id,
      folder: folder.path,
      scenario: record.scenario?.name ?? null,
      status: record.status,
      verdict: record.judgement?.verdict ?? null,
      thresholds: record.judgement?.thresholds ?? [],
      invariants: record.invariants,
    })),
    reports,
  };
}

/** Below the caller's folder, else whole. */
export function shown(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}
