import { createServer, type IncomingMessage } from 'node:http';

export interface Received {
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey: string;
}

export interface TargetAnswer {
  readonly status: number;
  readonly body: string;
  /** Milliseconds. */
  readonly after?: number;
}

export interface ScenarioTarget {
  readonly baseUrl: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** An HTTP server that keeps what a scenario sends and answers what the test says. */
export async function startTarget(answer: (request: Received) => TargetAnswer): Promise<ScenarioTarget> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const one = {
      path: request.url ?? '',
      body: await bodyOf(request),
      idempotencyKey: String(request.headers['idempotency-key'] ?? ''),
    };
    received.push(one);
    const { status, body, after = 0 } = answer(one);
    if (after > 0) await new Promise((resolve) => setTimeout(resolve, after));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
