import { expect, test } from 'vitest';
import { parseK6Console } from '../../../src/load/k6-console.ts';

const console_ = [
  '\u001b[32m     execution\u001b[0m: local',
  '',
  'running (0m01.0s), 5/5 VUs, 95 complete and 0 interrupted iterations',
  'main   [  25% ] 5 VUs  1.0s/4s',
  'main ✓ [ 100% ] 5 VUs  4s',
  'running (0m04.1s), 0/5 VUs, 400 complete and 3 interrupted iterations',
  'time="2026-01-01T00:00:00Z" level=warning msg="Request Failed" error="Get \\"http://me:hunter2@127.0.0.1/\\""',
].join('\n');

test('the last progress line says how many iterations there were', () => {
  expect(parseK6Console(console_).iterations).toEqual({ complete: 400, interrupted: 3 });
});

test('the last progress line says how long the test lasted', () => {
  expect(parseK6Console(console_).testMs).toBe(4_100);
  expect(parseK6Console('running (1h02m03.4s), 0/5 VUs, 1 complete and 0 interrupted iterations').testMs).toBe(
    3_723_400,
  );
  expect(parseK6Console('msg="running (soon)"').testMs).toBeNull();
});

test('the tail has neither progress nor control sequences, blank lines or passwords', () => {
  const { tail } = parseK6Console(console_);
  expect(tail[0]).toBe('     execution: local');
  expect(tail).toHaveLength(2);
  expect(tail[1]).toContain('Request Failed');
  expect(tail[1]).not.toContain('hunter2');
});

test('a console without progress has no iterations', () => {
  expect(parseK6Console('').iterations).toBeNull();
  expect(parseK6Console('panic: out of memory\n')).toMatchObject({ tail: ['panic: out of memory'], iterations: null });
});

test('addresses that the dialer refused are listed once, a loopback address of the script’s own list is not', () => {
  const line = (address: string) => `level=warning error="dial: IP (${address}) is in a blacklisted range (0.0.0.0/1)"`;
  const text = ['10.0.0.1', '2001:db8::1', '127.0.0.66', '10.0.0.1'].map(line).join('\n');
  expect(parseK6Console(text).refused).toEqual(['10.0.0.1', '2001:db8::1']);
});
