import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { failureText } from '../../src/probes/failure.ts';
import { prometheusProbe } from '../../src/probes/prometheus.ts';

let server: Server | undefined;

afterEach(() => {
  stop();
  server = undefined;
});

interface Page {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly text: string;
}

async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/metrics`;
}

const serve = (answer: Page | 'silence') =>
  listen((_, response) => {
    if (answer !== 'silence') response.writeHead(answer.status ?? 200, answer.headers).end(answer.text);
  });

function stop(): void {
  server?.closeAllConnections();
  server?.close();
}

const read = (url: string, limits: { mostSeries?: number; mostBytes?: number } = {}, ms = 10_000) => {
  const probe = prometheusProbe({ process: 'api', url, ...limits });
  return { probe, values: probe.read(AbortSignal.timeout(ms)) };
};
/** What the failed sample says. */
const failure = (url: string) => read(url).values.then(() => 'it read', failureText);

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
    const { probe, values } = read(await serve({ text }), { mostSeries: 10 });
    expect(Object.keys(await values)).toHaveLength(10);
    expect(probe.notes().join()).toContain('2 series beyond the first 10');
  });

  it('fails on an error page, on silence, on an answer that does not end, and on nobody', async () => {
    expect(await failure(await serve({ status: 503, text: 'm 1' }))).toContain('answered 503');
    stop();
    const silent = await serve('silence');
    await expect(read(silent, {}, 500).values).rejects.toThrow();
    stop();
    expect(await failure(silent)).toContain('ECONNREFUSED');
    const endless = await listen((_, response) => void response.writeHead(200).write('m 1\n'));
    await expect(read(endless, {}, 500).values).rejects.toThrow();
  });

  it('says what is wrong with an address that is not the one of the metrics', async () => {
    expect(await failure(await serve({ status: 404, text: 'Not Found' }))).toMatch(
      /answered 404.*\/actuator\/prometheus/,
    );
    stop();
    const html = { headers: { 'content-type': 'text/html' }, text: '<!doctype html>\nLogin 1\n' };
    expect(await failure(await serve(html))).toMatch(/answered HTML, no Prometheus text/);
    stop();
    expect(await failure(await serve({ text: '{"a": 1}' }))).toMatch(/answered JSON, no Prometheus text/);
    stop();
    expect(await failure(await serve({ text: 'no metrics today' }))).toMatch(/answered no Prometheus text/);
  });

  it('asks for credentials, sends those of the URL, and prints none', async () => {
    const expected = `Basic ${Buffer.from('viewer:p@ss').toString('base64')}`;
    const url = await listen((request, response) => {
      const isKnown = request.headers.authorization === expected;
      response.writeHead(isKnown ? 200 : 401).end(isKnown ? 'm 1\nnot a sample\n' : '');
    });
    expect(await failure(url)).toMatch(/answered 401, it wants credentials: put user and password into the URL/);
    const withPassword = (word: string) => url.replace('//', `//viewer:${word}@`);
    expect(await failure(withPassword('guess'))).toMatch(/answered 401.*those of the URL are not accepted/);
    expect(await failure(withPassword('guess'))).not.toContain('guess');
    const { probe, values } = read(withPassword('p%40ss'));
    expect(await values).toEqual({ 'm{process:api}': 1 });
    expect(probe.notes()).toEqual([expect.stringMatching(/viewer:\*\*\*@.*: 1 lines are no samples/)]);
  });

  it('follows no redirect, which could lead to another machine', async () => {
    let visits = 0;
    const url = await listen((request, response) => {
      visits += 1;
      if (request.url === '/metrics') response.writeHead(302, { location: '/login' }).end();
      else response.end('m 1');
    });
    expect(await failure(url)).toContain('answered 302, a redirect to /login, which is not followed');
    expect(visits).toBe(1);
  });

  it('reads the beginning of an answer that is too long, up to a whole line, and says so', async () => {
    let sent = 0;
    const url = await listen((_, response) => {
      const line = Buffer.from(`${'# a comment '.repeat(80)}\nm 1\n`);
      const more = () => {
        while (!response.destroyed) {
          sent += line.length;
          if (!response.write(line)) return void response.once('drain', more);
        }
      };
      more();
    });
    const { probe, values } = read(url, { mostBytes: 100_000 });
    expect(await values).toEqual({ 'm{process:api}': 1 });
    expect(probe.notes()).toEqual([expect.stringContaining('only the first 0.1 MB of its answer are read')]);
    expect(sent).toBeGreaterThan(100_000);
  });

  it('says that an empty answer has no metrics', async () => {
    const { probe, values } = read(await serve({ text: '' }));
    expect(await values).toEqual({});
    expect(probe.notes()).toEqual([expect.stringContaining('it has no metrics')]);
  });
});
