import { open } from 'node:fs/promises';
import type { AnswersLine } from '../record/series.ts';

/** What a script is given when it is asked whose each of its answers is. */
export const askedForAnswers = { LOADKIT_ANSWERS: '1' } as const;

/**
 * `loadkit-answer <epoch ms> <user> good|bad`, alone or within what k6's logger puts around it. The user is whatever tells one
 * from another: 1 to 64 letters, digits and `._:@-`.
 */
const answerLine = /\bloadkit-answer (\d{13}) ([A-Za-z0-9._:@-]{1,64}) (good|bad)(?![A-Za-z0-9._:@-])/;
/** A longer line is not one of these. */
const mostCharacters = 1_000;

/**
 * Reads the answers that a script told of, a line for each second in which some came, in the order of time. None where the script
 * does not tell, or there is no such file.
 */
export async function readAnswerLines(file: string): Promise<AnswersLine[]> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return [];
  const seconds = new Map<number, AnswersLine['answers']>();
  // Ends the handle, too.
  for await (const line of handle.readLines()) {
    const answer = decodeAnswerLine(line);
    if (answer === null) continue;
    const second = answer.t - (answer.t % 1_000);
    const answers = seconds.get(second) ?? [];
    answers.push([answer.t - second, answer.user, answer.isGood ? 1 : 0]);
    seconds.set(second, answers);
  }
  return [...seconds]
    .map(([t, answers]): AnswersLine => ({ kind: 'answers', t, answers: answers.sort(([a], [b]) => a - b) }))
    .sort((a, b) => a.t - b.t);
}

export function decodeAnswerLine(
  line: string,
): { readonly t: number; readonly user: string; readonly isGood: boolean } | null {
  if (line.length > mostCharacters) return null;
  const [, t, user, word] = answerLine.exec(line) ?? [];
  return t === undefined || user === undefined ? null : { t: Number(t), user, isGood: word === 'good' };
}
