import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunRecord, runRecordSchema } from '../../src/record/run-record.ts';
import { noNetworkRoom, openRoom, type Room, type RoomResult } from './network-room.ts';

const script = join(import.meta.dirname, '..', 'fixtures', 'foreign-network', 'asks-around.js');
const lacks = noNetworkRoom();
if (lacks !== null) {
  if (process.env.LOADKIT_REQUIRE_TOOLS !== undefined) throw new Error(lacks);
  console.warn(`미실시: addresses that k6 may not reach (${lacks}; run as root)`);
}

// Public, private, link-local, carrier-grade, unspecified, multicast; the same over IPv6, and IPv4 inside IPv6.
const outside = [
  ...['203.0.113.5', '8.8.8.8', '10.0.0.1', '172.16.5.5', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
  ...['224.0.0.1', '[2001:db8::1]', '[fd00::1]', '[fe80::1]', '[::]', '[::ffff:10.0.0.1]', '[::ffff:203.0.113.5]'],
  ...['[64:ff9b::808:808]', '[2002:cb00:7105::1]', 'mapped.example.test'],
];
const urls = outside.map((host) => `http://${host}/`);
/** k6's code for an address that its dialer refuses; without a guard it would be 1211 or 1213, for there is no route. */
const refused = 'status=0 code=1110';

let room: Room;

beforeAll(() => {
  room = openRoom();
});
afterAll(() => room.remove());

function newest(): { log: string; record: RunRecord; report: string } {
  const reports = join(room.folder, 'reports');
  const folder = join(reports, readdirSync(reports).sort().at(-1) ?? '');
  return {
    log: readFileSync(join(folder, 'logs', 'k6.log'), 'utf8'),
    record: runRecordSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))),
    report: readFileSync(join(folder, 'report.md'), 'utf8'),
  };
}

describe.skipIf(lacks !== null)('a script that is not ours, in a network without a way out', () => {
  describe('that asks for addresses beyond this machine', () => {
    let result: RoomResult;

    beforeAll(async () => {
      result = await room.loadkit(['run', script, '--quiet'], {
        DIRECT: urls.join(' '),
        REDIRECTED: urls.join(' '),
        WEBSOCKETS: 'ws://203.0.113.5/ ws://[2001:db8::1]/',
        GRPC: '203.0.113.5:443 [2001:db8::1]:443',
      });
    });

    it('has each refused at the dialer, asked for directly', () => {
      const { log } = newest();
      for (const url of urls) expect(log).toContain(`direct ${url} ${refused}`);
    });

    it('has each refused at the dialer, where a server on loopback redirects to it', () => {
      const { log } = newest();
      for (const url of urls) expect(log).toContain(`redirected ${url} ${refused}`);
      expect(result.served.filter((path) => path === '127.0.0.1/redirect')).toHaveLength(urls.length);
    });

    it('has WebSockets and gRPC refused too', () => {
      const lines = newest().log.split('\n');
      for (const url of ['websocket ws://203.0.113.5/', 'websocket ws://[2001:db8::1]/', 'grpc 203.0.113.5:443']) {
        expect(lines.find((line) => line.includes(url))).toMatch(/is in a blacklisted range/);
      }
    });

    it('shows in record, report and terminal that loadkit refused them', () => {
      const { record, report } = newest();
      expect(record.load?.refused.requests).toBe(2 * urls.length);
      expect(record.load?.refused.addresses).toContain('203.0.113.5');
      expect(record.judgement?.verdict.reasons.map(({ id }) => id)).toContain('requests-refused');
      expect(report).toContain('loadkit이 막음');
      expect(result.stdout).toContain('were refused by loadkit');
      expect(result.code).toBe(0);
    });
  });

  it('may reach a host that --allow-host names, and no other, whatever its name means later', async () => {
    const hosts = { '10.99.0.7': 'staging.example.test', '2001:db8:99::7': 'staging.example.test' };
    const addresses = { addresses: ['10.99.0.7', '2001:db8:99::7', '10.99.0.8'], hosts };
    const asked = {
      DIRECT: [
        'http://staging.example.test:{PORT}/',
        'http://10.99.0.7:{PORT}/',
        'http://[2001:db8:99::7]:{PORT}/',
        'http://10.99.0.8:{PORT}/',
        'http://staging.example.test.moved/',
      ].join(' '),
    };

    const without = await room.loadkit(['run', script, '--quiet'], asked, addresses);
    const logWithout = newest().log;
    const allowed = await room.loadkit(['run', script, '--allow-host', 'staging.example.test'], asked, addresses);
    const { log, record } = newest();

    expect(without.served).toEqual([]);
    expect(logWithout.match(/status=0 code=1110/g)).toHaveLength(5);
    expect(log).toContain('direct http://staging.example.test:{PORT}/ status=200');
    expect(log).toContain('direct http://10.99.0.7:{PORT}/ status=200');
    expect(log).toContain('direct http://[2001:db8:99::7]:{PORT}/ status=200');
    expect(log).toContain(`direct http://10.99.0.8:{PORT}/ ${refused}`);
    expect(log).toContain(`direct http://staging.example.test.moved/ ${refused}`);
    expect(allowed.served).toHaveLength(3);
    expect(allowed.stderr).toMatch(/staging\.example\.test \(10\.99\.0\.7, 2001:db8:99::7\).*only with the permission/);
    expect(record.allowedHosts).toEqual(['staging.example.test']);
    expect(record.host.shared).toBe(false);
  });

  it('does not get past the dialer through a proxy on this machine', async () => {
    const proxy = 'http://127.0.0.1:{PORT}';
    const { served, stderr } = await room.loadkit(['run', script, '--quiet', '-e', 'DIRECT=http://203.0.113.5/'], {
      HTTP_PROXY: proxy,
      http_proxy: proxy,
    });

    expect(newest().log).toContain(`direct http://203.0.113.5/ ${refused}`);
    expect(served).toEqual([]);
    expect(stderr).toMatch(/HTTP_PROXY, http_proxy in the environment did not reach k6/);
  });

  it.each([
    ['--base-url', 'http://10.99.0.7:{PORT}', 2, /--allow-host 10\.99\.0\.7/],
    ['--allow-host', '10.0.0.0/8', 2, /one host, found "10\.0\.0\.0\/8"/],
    ['--allow-host', 'https://staging.example.test/', 2, /no URL, no port, no range/],
    ['--allow-host', 'nowhere.example.test', 93, /cannot look up nowhere\.example\.test/],
  ])('refuses %s %s with %i before anything is sent', async (flag, value, code, message) => {
    const result = await room.loadkit(['run', script, flag, value], {}, { addresses: ['10.99.0.7'] });

    expect(result).toMatchObject({ code, served: [] });
    expect(result.stderr).toMatch(message);
  });

  it('takes --base-url on another host together with --allow-host', async () => {
    const result = await room.loadkit(
      ['run', script, '--quiet', '--base-url', 'http://10.99.0.7:{PORT}', '--allow-host', '10.99.0.7'],
      { DIRECT: 'http://10.99.0.7:{PORT}/' },
      { addresses: ['10.99.0.7'] },
    );

    expect(result).toMatchObject({ code: 0, served: ['10.99.0.7/'] });
  });
});
