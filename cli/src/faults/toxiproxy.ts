import { z } from 'zod';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** https://github.com/Shopify/toxiproxy#http-api */
const toxicSchema = z.object({
  name: z.string(),
  type: z.string(),
  /** upstream: from the client to the server · downstream: back. */
  stream: z.enum(['upstream', 'downstream']),
  attributes: z.record(z.string(), z.number()),
});
export type Toxic = z.infer<typeof toxicSchema>;

const proxySchema = z.object({
  name: z.string(),
  listen: z.string(),
  upstream: z.string(),
  enabled: z.boolean(),
  toxics: z.array(toxicSchema),
});
export type Proxy = z.infer<typeof proxySchema>;

/** A toxic is taken from each open connection, one after the other. */
const timeoutMs = 10_000;

/**
 * A client of Toxiproxy's HTTP API. All calls reject with `LoadkitError`: `toxiproxy-unreachable` (cause: what the system
 * said) or `toxiproxy-refused` with the status and text that it answered.
 *
 * @param api without a slash at its end: `http://127.0.0.1:8474`
 */
export function toxiproxy(api: string, signal: AbortSignal) {
  const ask = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: readonly string[], body?: object) =>
    exchange({ url: `${api}/${path.map(encodeURIComponent).join('/')}`, method, body, signal });

  return {
    /** Null when there is no proxy of that name. */
    find: async (name: string): Promise<Proxy | null> => {
      const answer = await ask('GET', ['proxies', name]);
      return answer.status === 404 ? null : decode(proxySchema, accepted(answer));
    },
    addToxic: async (proxy: string, toxic: Toxic): Promise<void> => {
      accepted(await ask('POST', ['proxies', proxy, 'toxics'], { ...toxic, toxicity: 1 }));
    },
    /** No error when it is not there (any more). */
    removeToxic: async (proxy: string, name: string): Promise<void> => {
      const answer = await ask('DELETE', ['proxies', proxy, 'toxics', name]);
      if (answer.status !== 404) accepted(answer);
    },
    enable: async (proxy: string): Promise<void> => {
      accepted(await ask('PATCH', ['proxies', proxy], { enabled: true }));
    },
  };
}

interface Answer {
  readonly question: string;
  readonly status: number;
  readonly text: string;
}

async function exchange({
  url,
  method,
  body,
  signal,
}: {
  url: string;
  method: string;
  body: object | undefined;
  signal: AbortSignal;
}): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { question: `${method} ${url}`, status: response.status, text: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    throw new LoadkitError('toxiproxy-unreachable', `Toxiproxy did not answer ${method} ${url}: ${reason(error)}`, {
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}

/** The text of an answer that says yes. */
function accepted({ question, status, text }: Answer): string {
  if (status >= 200 && status < 300) return text;
  throw new LoadkitError('toxiproxy-refused', `Toxiproxy answered ${question} with ${status}: ${text.slice(0, 200)}`, {
    exitCode: exitCode.unreachable,
  });
}

function decode<T>(form: z.ZodType<T>, text: string): T {
  try {
    return form.parse(JSON.parse(text));
  } catch (error) {
    throw new LoadkitError('toxiproxy-refused', `the answer of Toxiproxy is not as expected: ${messageOf(error)}`, {
      exitCode: exitCode.unreachable,
      cause: error,
    });
  }
}

// `fetch failed` says nothing; what it carries does.
function reason(error: unknown): string {
  return messageOf(error instanceof TypeError && error.cause !== undefined ? error.cause : error);
}
