import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { runBenchLoad } from './bench-load.ts';
import { timedK6 } from './k6-variant.ts';
import type { LoadStand } from './load-stand.ts';

/** The largest export that k6 sends during a short load with so many endpoint names: protobuf, as it came. */
export async function recordExport(stand: LoadStand, names: number): Promise<Buffer> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    buffer(request).then(
      (body) => {
        bodies.push(body);
        response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 }).end();
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const env = { K6_OTEL_HTTP_EXPORTER_ENDPOINT: `127.0.0.1:${port}` };
    const { k6 } = await timedK6(stand, { name: 'recorded', env });
    await runBenchLoad({ ...stand, k6, names });
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
  const [largest] = bodies.sort((a, b) => b.length - a.length);
  if (largest === undefined) throw new Error('k6 sent no export');
  return largest;
}
