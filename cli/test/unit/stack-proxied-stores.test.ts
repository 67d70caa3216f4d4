import { expect, it } from 'vitest';
import { proxiedStores, refuseProxies } from '../../src/stack/proxied-stores.ts';
import { serviceManifestSchema } from '../../src/stack/service-manifest.ts';
import type { StackRequest } from '../../src/stack/stack.ts';

function asking(proxied?: StackRequest['proxied']): StackRequest {
  return {
    manifest: serviceManifestSchema.parse({
      name: 'shop',
      needs: ['redis', 'mysql'],
      processes: [{ name: 'api', command: ['node', 'main.js'], ready: '/health', target: true }],
    }),
    set: {},
    fixture: {},
    ...(proxied === undefined ? {} : { proxied }),
    logFolder: '/logs',
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
}

it('puts no proxy before a store unless it is asked for, and one before each that is', () => {
  expect(proxiedStores(asking())).toEqual([]);
  expect(proxiedStores(asking(['mysql', 'redis', 'mysql']))).toEqual(['mysql', 'redis']);
});

it('refuses a proxy before a store that the service does not use', () => {
  expect(() => proxiedStores(asking(['redis', 'kafka']))).toThrowError(
    expect.objectContaining({
      code: 'proxy-unfit',
      exitCode: 2,
      message: 'shop does not use kafka: no proxy can stand before it',
      hint: 'its loadkit.json needs: redis, mysql',
    }),
  );
});

it.each(['docker', 'running', 'external'] as const)('refuses a proxy in a stack that is %s', (provider) => {
  expect(() => refuseProxies(asking(['redis']), provider)).toThrowError(
    expect.objectContaining({ code: 'proxy-unfit', exitCode: 2, hint: 'use --stack local' }),
  );
  expect(() => refuseProxies(asking(), provider)).not.toThrow();
});
