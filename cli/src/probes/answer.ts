import type { z } from 'zod';
import { issueText, LoadkitError } from '../system/error.ts';

/**
 * What a store answered, in the form that was asked for.
 *
 * @param question as it stands in the message: `XINFO GROUPS`
 * @throws LoadkitError `answer-unreadable` with the place in the answer
 */
export function decodeAnswer<T>(form: z.ZodType<T>, answer: unknown, question: string): T {
  const decoded = form.safeParse(answer);
  if (decoded.success) return decoded.data;
  throw new LoadkitError(
    'answer-unreadable',
    `the answer to ${question} is not as expected: ${issueText(decoded.error)}`,
  );
}
