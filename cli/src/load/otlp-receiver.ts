import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { LoadLine } from '../record/series.ts';
import { decodeExport } from './otlp-decode.ts';

export interface OtlpReceiver {
  /** `127.0.0.1:40123` */
  readonly endpoint: string;
  /** Everything that was asked of it so far, whatever came of it. */
  requests(): number;
  /** Exports that were too large or could not be decoded so far. */
  rejectedExports(): number;
  /** By the metric's name, for those that have one: `ms`, `By`. */
  units(): Readonly<Record<string, string>>;
  /** Points so far whose value was no finite number; none of them is in a line. */
  notFinite(): number;
  close(): Promise<void>;
}

export const metricsPath = '/v1/metrics';

/** A usual export has a few kilobytes; one of 2,000 attribute sets about one megabyte. */
const maxBodyBytes = 32 * 1024 * 1024;

/**
 * k6 sends an export again when our answer got lost; its bytes are then the same, timestamps included. It gives up after a
 * minute; these are those of over an hour, in half a megabyte.
 */
const rememberedExports = 5_000;

/** Receives k6's metrics on a free port of 127.0.0.1. `onLine` is called once for each export with points in it. */
export async function startOtlpReceiver(onLine: (line: LoadLine) => void): Promise<OtlpReceiver> {
  let requests = 0;
  let rejected = 0;
  let notFinite = 0;
  const units = new Map<string, string>();
  const seen = new Set<string>();

  const accept = (body: Buffer): void => {
    const digest = createHash('sha1').update(body).digest('base64');
    if (seen.has(digest)) return;
    const decoded = decodeExport(body);
    seen.add(digest);
    // A set keeps the order in which they came.
    for (const oldest of seen) {
      if (seen.size <= rememberedExports) break;
      seen.delete(oldest);
    }
    if (decoded === null) return;
    for (const [name, unit] of Object.entries(decoded.units)) units.set(name, unit);
    notFinite += decoded.notFinite;
    onLine(decoded.line);
  };

  const server = createServer((request, response) => {
    requests += 1;
    handle(request, accept).then(
      (status) => {
        if (status === 400 || status === 413) rejected += 1;
        answer(response, status);
      },
      () => {
        // The connection broke in the middle of a body: k6 sees that itself and sends it again.
        response.destroy();
      },
    );
  });
  server.requestTimeout = 10_000;
  const port = await listen(server);
  return {
    endpoint: `127.0.0.1:${port}`,
    requests: () => requests,
    rejectedExports: () => rejected,
    units: () => Object.fromEntries(units),
    notFinite: () => notFinite,
    close: () => close(server),
  };
}

async function handle(request: IncomingMessage, accept: (body: Buffer) => void): Promise<number> {
  if (request.url !== metricsPath) return 404;
  if (request.method !== 'POST') return 405;
  const body = await readBody(request);
  if (body === null) return 413;
  try {
    accept(unzipped(body, request.headers['content-encoding']));
    return 200;
  } catch {
    return 400;
  }
}

/** Null when it is larger than we take; the rest is read and dropped, so that the sender gets its answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes <= maxBodyBytes) chunks.push(part);
  }
  return bytes > maxBodyBytes ? null : Buffer.concat(chunks);
}

function unzipped(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding === 'gzip') return gunzipSync(body, { maxOutputLength: maxBodyBytes });
  throw new Error(`content encoding ${encoding}`);
}

/** An empty body is an `ExportMetricsServiceResponse` without a partial failure. */
function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/x-protobuf', 'content-length': 0 }).end();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port for k6 metrics'));
      else resolve(address.port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
