import { expect, it } from 'vitest';
import { canaryUrl } from '../../src/pipeline/canary-url.ts';

function manifest(canary: string | undefined) {
  const common = { command: ['node'], env: {}, ready: '/ready', restart: false };
  return {
    processes: [
      { ...common, name: 'worker', target: false },
      { ...common, name: 'api', target: true, ...(canary === undefined ? {} : { canary }) },
    ],
  };
}

it('a canary goes to the target of the load', () => {
  expect(canaryUrl(manifest('/api/coupons/1'), 'http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080/api/coupons/1');
  expect(canaryUrl(manifest('/api/coupons/1'), 'http://[::1]:8080')).toBe('http://[::1]:8080/api/coupons/1');
  expect(canaryUrl(manifest(undefined), 'http://127.0.0.1:8080')).toBeNull();
  expect(canaryUrl(manifest('/api/coupons/1'), null)).toBeNull();
});

it('a canary goes to no other machine, though the load may', () => {
  expect(canaryUrl(manifest('/api/coupons/1'), 'http://staging.example.com')).toBeNull();
  expect(canaryUrl(manifest('/api/coupons/1'), 'http://10.0.0.7:8080')).toBeNull();
});
