import { LoadkitError, messageOf } from '../system/error.ts';
import { firstAnswer, speaksTls } from './port-look.ts';
import type { RedisAddress } from './redis-connection.ts';

/** Answers that concern the whole server, not the one question. */
const wholeServer = /^(NOAUTH|LOADING|MASTERDOWN|BUSY|UNKILLABLE)\b/;
const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID)/;

/** True when Redis answered, but refused this one question: no right, another node's key, another type. */
export function isRedisRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError' && !wholeServer.test(error.message);
}

/** Why a value is left out, and what brings it. `rules` are those of `ACL SETUSER` that allow the question. */
export function describeRefusal(error: Error, { user }: RedisAddress, rules: string): string {
  const moved = /^MOVED \d+ (\S+)/.exec(error.message)?.[1];
  if (moved !== undefined) return `its slot is served by ${moved} (MOVED); only that node of the cluster can be asked`;
  if (/^CLUSTERDOWN.*not served/.test(error.message))
    return `no node of the cluster serves its slot (${error.message})`;
  if (error.message.startsWith('NOPERM')) return `${error.message}; \`ACL SETUSER ${user} ${rules}\` allows it`;
  return error.message;
}

/**
 * Says what to do about a reading that failed. Where a connection broke before anything was answered, it looks whether the
 * other side wants TLS, or knows none, which takes up to `timeoutMs`.
 */
export async function explainRedisFailure(error: unknown, address: RedisAddress, timeoutMs: number): Promise<unknown> {
  const message = messageOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const place = `Redis at ${address.host}:${address.port}`;
  const failed = (text: string) => new LoadkitError('redis-failed', text, { cause: error });

  if (message.startsWith('NOAUTH')) {
    return failed(`${place} demands a password (NOAUTH): put it into the URL`);
  }
  if (/^WRONGPASS|invalid password/.test(message)) {
    return failed(`${place} refuses user or password of the URL (user ${address.user}): ${message}`);
  }
  if (untrusted.test(code)) {
    return failed(`${place}: its certificate is not trusted (${message}); NODE_EXTRA_CA_CERTS=FILE.pem names its CA`);
  }
  if (!brokeOff(code, message)) return error;
  if (address.tls) {
    const answer = await firstAnswer(address, 'PING\r\n', timeoutMs);
    const plain = answer !== null && /^[+-]/.test(answer.toString('latin1'));
    return plain ? failed(`${place} answers without TLS: give redis:// instead of rediss:// (${message})`) : error;
  }
  const tls = await speaksTls(address, timeoutMs);
  return tls ? failed(`${place} demands TLS: give rediss:// instead of redis:// (${message})`) : error;
}

function brokeOff(code: string, message: string): boolean {
  return /^(ECONNRESET|EPIPE|EPROTO|ETIMEDOUT|ERR_SSL_)/.test(code) || message === 'Connection is closed.';
}
