import type { Reason } from '../record/run-record.ts';
import type { Sentences } from './sentences.ts';

/** What the user is told before a load, as a sentence; the same in the terminal and in the report. */
export function noticeText({ say }: Pick<Sentences, 'say'>, { id, values }: Reason): string {
  return say(`notice.${id}`, values);
}
