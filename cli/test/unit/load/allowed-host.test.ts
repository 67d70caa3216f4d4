import { describe, expect, test } from 'vitest';
import { checkBaseUrl, type LookUp, resolveAllowedHosts } from '../../../src/load/allowed-host.ts';
import { proxiesPastTheDialer } from '../../../src/load/proxy-guard.ts';
import { isLoopback } from '../../../src/system/loopback.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  'staging.example.test': ['10.99.0.7', '2001:db8::7'],
  'here.example.test': ['127.0.0.1', '::1'],
  'empty.example.test': [],
};
const lookUp: LookUp = async (host) => {
  const found = names[host];
  if (found === undefined) throw new Error('getaddrinfo ENOTFOUND');
  return found;
};

test.each(['127.0.0.1', '127.8.9.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])('%s is loopback', (address) => {
  expect(isLoopback(address)).toBe(true);
});
test.each(['10.0.0.1', '0.0.0.0', '::', '::2', '2001::1', '::ffff:10.0.0.1', 'localhost', '1', ''])(
  '%s is not loopback',
  (address) => {
    expect(isLoopback(address)).toBe(false);
  },
);

describe('--allow-host', () => {
  test('is a name with every address that it has, or an address', async () => {
    expect(await resolveAllowedHosts(['staging.example.test', '10.0.0.1', '[fd00::1]', '10.0.0.1'], lookUp)).toEqual([
      { host: 'staging.example.test', addresses: ['10.99.0.7', '2001:db8::7'] },
      { host: '10.0.0.1', addresses: ['10.0.0.1'] },
      { host: 'fd00::1', addresses: ['fd00::1'] },
    ]);
  });

  test('of this machine allows nothing that was not allowed before', async () => {
    expect(await resolveAllowedHosts(['here.example.test', '127.0.0.1', '::1'], lookUp)).toEqual([]);
  });

  test.each(['10.0.0.0/8', 'http://a.test', 'a.test:80', '10.0.0.1:80', '*.a.test', 'a b', '', 'fe80::1%eth0'])(
    'of "%s" is a usage error',
    async (text) => {
      await expect(resolveAllowedHosts([text], lookUp)).rejects.toMatchObject({ code: 'allow-host', exitCode: 2 });
    },
  );

  test.each(['nowhere.example.test', 'empty.example.test'])(
    'of %s, which has no address, cannot begin',
    async (text) => {
      await expect(resolveAllowedHosts([text], lookUp)).rejects.toMatchObject({ code: 'host-unknown', exitCode: 93 });
    },
  );
});

describe('--base-url', () => {
  const allowed = [{ host: 'staging.example.test', addresses: ['10.99.0.7'] }];

  test.each([
    ['http://127.0.0.1:8080', []],
    ['http://localhost', []],
    ['http://[::1]:80/', []],
    ['http://here.example.test', []],
    ['http://STAGING.example.test', allowed],
    ['http://10.99.0.7', allowed],
  ])('%s is let through', async (url, hosts) => {
    await expect(checkBaseUrl(url, hosts, lookUp)).resolves.toBeUndefined();
  });

  test.each(['http://staging.example.test', 'http://10.99.0.8', 'http://[2001:db8::7]', 'http://0.0.0.0:80'])(
    '%s is refused with the flag that allows it',
    async (url) => {
      await expect(checkBaseUrl(url, [], lookUp)).rejects.toMatchObject({
        exitCode: 2,
        hint: expect.stringContaining('--allow-host '),
      });
    },
  );
});

describe('a proxy', () => {
  test.each([
    [{ HTTP_PROXY: 'http://127.0.0.1:3128' }, ['HTTP_PROXY']],
    [{ https_proxy: 'localhost:3128', HTTP_PROXY: '' }, ['https_proxy']],
    [{ HTTP_PROXY: 'http://here.example.test:1' }, ['HTTP_PROXY']],
    [{ HTTP_PROXY: 'http://10.99.0.7:1' }, ['HTTP_PROXY']],
    [{ HTTP_PROXY: ':::' }, ['HTTP_PROXY']],
    [{ HTTP_PROXY: 'http://10.0.0.1:3128', HTTPS_PROXY: 'http://nowhere.example.test' }, []],
    [{ NO_PROXY: '127.0.0.1' }, []],
  ])('that the dialer would let through is found: %j', async (env, found) => {
    expect(await proxiesPastTheDialer(env, ['10.99.0.7'], lookUp)).toEqual(found);
  });
});
