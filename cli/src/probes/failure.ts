import { messageOf } from '../system/error.ts';
import { maskSecrets } from '../system/secret.ts';

const longest = 300;

/** One line about why a reading failed, without credentials. Never empty. */
export function failureText(error: unknown): string {
  const cause = innermost(error);
  const text = messageOf(cause).split('\n')[0]?.trim() ?? '';
  return maskSecrets(text === '' ? nameOf(cause) : text).slice(0, longest);
}

// `fetch failed` and an AggregateError say nothing; what they carry does.
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error instanceof TypeError && error.cause !== undefined) return innermost(error.cause);
  return error;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
