import { inspect } from 'node:util';
import type { ZodError } from 'zod';
import { exitCode } from './exit-code.ts';

export interface LoadkitErrorOptions {
  /** What the user does next: a line to type, a key to change. */
  readonly hint?: string;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** An expected failure: says what happened, with which value, and what to do. Printed without a stack. */
export class LoadkitError extends Error {
  override readonly name = 'LoadkitError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;

  /**
   * @param code stable identifier in kebab case, for example `scenario-unknown`
   * @param message what happened, with the value that caused it
   */
  constructor(code: string, message: string, options: LoadkitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCode.internal;
  }
}

/** The message of anything that was thrown. A schema's error is a list in JSON; its first line would be `[`. */
export function messageOf(error: unknown): string {
  if (isSchemaError(error)) return issueText(error);
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : inspect(error, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

/** The first thing that a schema found wrong, with its place: `labels.0: expected string, found number`. */
export function issueText({ issues: [issue] }: ZodError): string {
  if (issue === undefined) return 'invalid';
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

// By its name: the library itself is not loaded for a command that reads nothing.
function isSchemaError(error: unknown): error is ZodError {
  return error instanceof Error && error.name === 'ZodError';
}
