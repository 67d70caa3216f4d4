import type { RunPlan } from '../pipeline/plan-run.ts';
import { noticeText } from '../report/notice-text.ts';
import { plainText } from '../report/plain-text.ts';
import { loadSentences } from '../report/sentences.ts';

/** What the user should know before the load, a line each; once, however many runs of a script there are. */
export function planNotices(runs: ReadonlyArray<{ readonly plan: RunPlan }>, templatesFolder: string): string[] {
  if (runs.every(({ plan }) => plan.notices.length === 0)) return [];
  const sentences = loadSentences(templatesFolder, 'en');
  const lines = runs.flatMap(({ plan }) =>
    plan.notices.map((one) => plainText(`${plan.scenario.name}: ${noticeText(sentences, one)}`)),
  );
  return [...new Set(lines)];
}
