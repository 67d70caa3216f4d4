import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A small service whose answers a test chooses by path, and which counts what it was asked. */
export interface TargetServer {
  readonly baseUrl: string;
  readonly port: number;
  requests(): number;
  /** Drops every connection and stops to listen, as a killed service does. */
  close(): Promise<void>;
}

export async function startTargetServer(host = '127.0.0.1'): Promise<TargetServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    baseUrl: `http://${name}:${address.port}`,
    port: address.port,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, n: number): void {
  const path = new URL(request.url ?? '/', 'http://target').pathname;
  if (path === '/mixed') {
    // In turn: created, conflict, broken.
    response.writeHead([201, 409, 500][n % 3] ?? 201).end('{}');
  } else if (path === '/slow') {
    setTimeout(() => response.writeHead(200).end('{}'), 20 + (n % 10) * 20);
  } else if (path === '/spread') {
    setTimeout(() => response.writeHead(200).end('{}'), (n * 7919) % 97 === 0 ? 120 : (n * 31) % 23);
  } else {
    response.writeHead(200).end('{}');
  }
}
