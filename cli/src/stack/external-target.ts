import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { withTimeout } from '../system/polling.ts';
import { errorCode } from '../system/process-identity.ts';

const defaultTimeoutMs = 5_000;

/**
 * Opens one connection to the service that is to be loaded, with TLS where its address says so, and sends no request.
 * Resolves with a line worth knowing, or null.
 *
 * @throws LoadkitError `target-unreachable` (93) naming the address, what is wrong with it and what to do
 */
export async function reachTarget(
  baseUrl: string,
  signal: AbortSignal,
  timeoutMs = defaultTimeoutMs,
): Promise<string | null> {
  const url = new URL(baseUrl);
  try {
    return await withTimeout(timeoutMs, (limit) => openConnection(url, limit), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(url, error, timeoutMs);
  }
}

async function openConnection(url: URL, limit: AbortSignal): Promise<string | null> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  const port = Number(url.port) || (isTls ? 443 : 80);
  // Whether a certificate is good enough is k6's to decide: it reads the system's store, and a script may allow any.
  const socket = isTls
    ? connectTls({ host, port, rejectUnauthorized: false, ...(/[a-z]/i.test(host) ? { servername: host } : {}) })
    : connectPlain({ host, port });
  try {
    await opened(socket, isTls ? 'secureConnect' : 'connect', limit);
    return isTls ? certificateNote(socket, url) : null;
  } finally {
    socket.destroy();
  }
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', limit: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    limit.addEventListener('abort', () => reject(limit.reason), { once: true });
  });
}

function certificateNote(socket: Socket | TLSSocket, { origin }: URL): string | null {
  if (!('authorized' in socket) || socket.authorized) return null;
  return `the certificate of ${origin} is not trusted here; k6 may refuse it unless the script sets insecureSkipTLSVerify`;
}

function unreachable(url: URL, error: unknown, timeoutMs: number): LoadkitError {
  const [what, hint] = explain(url, error, timeoutMs);
  return new LoadkitError('target-unreachable', what, { hint, exitCode: exitCode.unreachable, cause: error });
}

function explain({ origin, hostname, protocol }: URL, error: unknown, timeoutMs: number): [string, string] {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return [
      `${origin} did not accept a connection within ${timeoutMs / 1000} s`,
      'is the address of --base-url right, and does a firewall let it through?',
    ];
  }
  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return [`nothing listens on ${origin} (connection refused)`, 'start the service, or correct --base-url'];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [`the name "${hostname}" was not found`, 'correct --base-url, or give the address in figures'];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [`there is no way to ${origin} from here`, 'correct --base-url, or ask whoever runs the network'];
  }
  if (protocol !== 'https:') return [`${origin}: ${messageOf(error)}`, 'correct --base-url'];
  return [
    `${origin} did not agree on TLS: ${messageOf(error).split('\n')[0]}`,
    'if it speaks plain HTTP there, write http:// in --base-url',
  ];
}
