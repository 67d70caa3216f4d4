import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { prometheusProbe } from '../../src/probes/prometheus.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serve(answer: { status?: number; text: string } | 'silence'): Promise<string> {
  server = createServer((_, response) => {
    if (answer !== 'silence') response.writeHead(answer.status ?? 200).end(answer.text);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/metrics`;
}

const read = (url: string, mostSeries?: number) => {
  const probe = prometheusProbe({ process: 'api', url, ...(mostSeries === undefined ? {} : { mostSeries }) });
  return { probe, values: probe.read(AbortSignal.timeout(500)) };
};

describe('the Prometheus probe', () => {
  it('gives each series the tag of its process, and leaves out buckets and what is not finite', async () => {
    const url = await serve({
      text: [
        '# TYPE h histogram',
        'h_bucket{le="1"} 3',
        'h_sum 2.5',
        'h_count 3',
        'pool_waiting{pool="mysql"} 4',
        'process{process="x"} 1',
        'odd NaN',
        'endless +Inf',
      ].join('\n'),
    });
    expect(await read(url).values).toEqual({
      'h_sum{process:api}': 2.5,
      'h_count{process:api}': 3,
      'pool_waiting{pool:mysql,process:api}': 4,
      'process{exported_process:x,process:api}': 1,
    });
  });

  it('keeps the first series of a service that has too many, and says how many it left out', async () => {
    const text = Array.from({ length: 12 }, (_, n) => `m{n="${n}"} ${n}`).join('\n');
    const { probe, values } = read(await serve({ text }), 10);
    expect(Object.keys(await values)).toHaveLength(10);
    expect(probe.notes().join()).toContain('2 series beyond the first 10');
  });

  it('fails on an error page, on another format, on silence and on nobody', async () => {
    const refused = await serve({ status: 503, text: 'm 1' });
    await expect(read(refused).values).rejects.toThrow('answered 503');
    server?.close();
    await expect(read(await serve({ text: '<html>\n<body>\n' })).values).rejects.toThrow('no Prometheus text');
    server?.close();
    const silent = await serve('silence');
    await expect(read(silent).values).rejects.toThrow();
    server?.closeAllConnections();
    server?.close();
    await expect(read(silent).values).rejects.toThrow();
  });
});
