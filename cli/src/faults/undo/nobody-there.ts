import { errorCode } from '../../system/process-identity.ts';

/**
 * True when the attempt to reach `url` failed because no process of this machine listens there: with the server its
 * sessions, its toxics and its keys in memory have ended. On another machine a refused connection says less, and so it does
 * where another one stands behind that address.
 */
export function isNobodyThere(url: string, error: unknown): boolean {
  return isLoopback(new URL(url).hostname) && causes(error).some((cause) => errorCode(cause) === 'ECONNREFUSED');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** `fetch failed` carries its reason as cause, and a host with two addresses one error for each. */
function causes(error: unknown): unknown[] {
  if (!(error instanceof Error)) return [error];
  const within = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause];
  return [error, ...within.filter((inner) => inner !== undefined).flatMap(causes)];
}
