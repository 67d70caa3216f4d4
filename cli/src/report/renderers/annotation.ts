import type { Reason } from '../../record/run-record.ts';
import type { ReportedRun } from '../api-figures.ts';
import { numberFormat } from '../number-format.ts';
import { shortText } from '../plain-text.ts';
import { reasonText } from '../reason-text.ts';
import { namesIn, type Sentences } from '../sentences.ts';

/** GitHub shows ten of a kind for a step. */
export const mostAnnotations = 10;
const longestMessage = 1_000;
const longestTitle = 200;

interface Annotation {
  readonly command: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
}

/** Workflow commands of GitHub Actions: an error for each reason of a run that did not pass, a warning for those of one that did. */
export function annotations(runs: readonly ReportedRun[], lang: 'ko' | 'en', sentences: Sentences): string[] {
  const all = runs.flatMap((run) => ofRun(run, lang, sentences));
  const shown = all.length > mostAnnotations ? all.slice(0, mostAnnotations - 1) : all;
  const more = all.length - shown.length;
  const rest: Annotation[] =
    more === 0
      ? []
      : [
          {
            command: shown[0]?.command ?? 'error',
            title: 'loadkit',
            message: sentences.say('github.more', { count: more }),
          },
        ];
  return [...shown, ...rest].map(workflowCommand);
}

function ofRun({ record }: ReportedRun, lang: 'ko' | 'en', sentences: Sentences): Annotation[] {
  const { say } = sentences;
  const verdict = record.judgement?.verdict ?? null;
  const scenario = record.scenario?.name ?? record.id;
  if (verdict === null) {
    return [{ command: 'error', title: `loadkit ${scenario}`, message: say('junit.not-judged') }];
  }
  const speech = { say, name: namesIn(sentences), format: numberFormat(lang) };
  const about = {
    command: verdict.exitCode === 0 ? ('warning' as const) : ('error' as const),
    title: `loadkit ${scenario}: ${verdict.name} (${verdict.exitCode})`,
  };
  const spoken = (reason: Reason): Annotation => ({
    ...about,
    message: reasonText(speech, reason, record.load?.units),
  });
  if (verdict.reasons.length > 0 || verdict.exitCode === 0) return verdict.reasons.map(spoken);
  return [{ ...about, message: say(`verdict.${verdict.name}`) }];
}

/** Escaped as GitHub's own toolkit does it: in a property `:` and `,` would end the value. */
function workflowCommand({ command, title, message }: Annotation): string {
  const property = data(shortText(title, longestTitle)).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${command} title=${property}::${data(shortText(message, longestMessage))}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
