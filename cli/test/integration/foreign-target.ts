import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** A small shop that speaks HTTP, WebSocket (an echo), gRPC (a greeting) and, where openssl is there, TLS of its own making. */
export interface ForeignTarget {
  /** What the scripts find in their environment: `TARGET`, `TARGET_WS`, `TARGET_GRPC`, `TARGET_TLS`. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startForeignTarget(): Promise<ForeignTarget> {
  const http = createServer(answer);
  http.on('upgrade', (request: IncomingMessage, socket: Duplex) => echo(request, socket));
  const grpc = createHttp2Server();
  grpc.on('stream', greet);
  const certificate = selfSigned();
  const tls = certificate === null ? null : createTlsServer(certificate, answer);
  const [httpPort, grpcPort] = [await listen(http), await listen(grpc)];
  const tlsPort = tls === null ? null : await listen(tls);
  return {
    env: {
      TARGET: `http://127.0.0.1:${httpPort}`,
      TARGET_WS: `ws://127.0.0.1:${httpPort}`,
      TARGET_GRPC: `127.0.0.1:${grpcPort}`,
      ...(tlsPort === null ? {} : { TARGET_TLS: `https://127.0.0.1:${tlsPort}` }),
    },
    close: async () => {
      await Promise.all([http, tls].map((server) => (server === null ? undefined : end(server))));
      await new Promise<void>((resolve) => {
        grpc.close(() => resolve());
        for (const session of sessions) session.destroy();
      });
    },
  };
}

const answer: RequestListener = (request, response) => {
  const url = new URL(request.url ?? '/', 'http://shop');
  request.resume();
  route(url, request, response);
};

function route(url: URL, request: IncomingMessage, response: ServerResponse): void {
  const json = (status: number, body: object, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  switch (url.pathname) {
    case '/broken':
      json(500, { error: 'broken' });
      break;
    case '/conflict':
      json(409, { error: 'already' });
      break;
    case '/redirect':
      json(302, {}, { location: url.searchParams.get('to') ?? '/' });
      break;
    case '/cookies':
      json(200, { cookie: request.headers.cookie ?? null });
      break;
    case '/slow':
      setTimeout(() => json(200, {}), 300);
      break;
    default:
      json(200, { path: url.pathname, token: 'abc', lag: 0 });
  }
}

/** RFC 6455 for short unmasked answers to short masked texts; closes when the client does. */
function echo(request: IncomingMessage, socket: Duplex): void {
  const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  socket.on('error', () => socket.destroy());
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`,
  );
  socket.on('data', (frame: Buffer) => {
    const [opcode, length] = [(frame[0] ?? 0) & 0x0f, (frame[1] ?? 0) & 0x7f];
    if (opcode === 8) {
      socket.end(Buffer.from([0x88, 0]));
      return;
    }
    const [mask, body] = [frame.subarray(2, 6), frame.subarray(6, 6 + length)];
    const text = Buffer.from(body.map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
    if (opcode === 1) socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  });
}

const sessions = new Set<NonNullable<ServerHttp2Stream['session']>>();

/** `hello.Greeter/SayHello`: both messages are one short string in field 1. */
function greet(stream: ServerHttp2Stream): void {
  if (stream.session !== undefined) sessions.add(stream.session);
  const parts: Buffer[] = [];
  stream.on('error', () => undefined);
  stream.on('data', (part: Buffer) => parts.push(part));
  stream.on('end', () => {
    const name = Buffer.concat(parts)
      .subarray(5 + 2)
      .toString('utf8');
    const text = Buffer.from(`hello ${name}`);
    const message = Buffer.concat([Buffer.from([0x0a, text.length]), text]);
    const head = Buffer.from([0, 0, 0, 0, message.length]);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([head, message]));
  });
}

/** A key and a certificate that nobody trusts; null where there is no openssl to make them. */
function selfSigned(): { key: Buffer; cert: Buffer } | null {
  const folder = mkdtempSync(join(tmpdir(), 'loadkit-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  try {
    execFileSync('openssl', ['req', '-x509', ...options, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function listen(server: Server | Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
