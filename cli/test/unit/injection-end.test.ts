import { expect, it } from 'vitest';
import { injectionError, whatIsLeft } from '../../src/pipeline/injection-end.ts';
import type { Injection } from '../../src/record/drill.ts';

const endOfHold = 1_800_000_020_000;
const injection: Injection = {
  startedAt: endOfHold - 20_000,
  injectedAt: endOfHold - 20_000,
  revertedAt: endOfHold + 40,
  revertedBy: 'order',
  maxMs: 28_000,
  facts: {},
  undone: [{ kind: 'redis-key', subject: 'lock', outcome: 'undone', error: null }],
  error: null,
};
const error = (changes: Partial<Injection>) => injectionError('lock-orphan', { ...injection, ...changes }, endOfHold);

it('a fault that stood to the end of its time and was undone is what was to be measured', () => {
  expect(error({})).toBeNull();
  expect(error({ undone: [{ kind: 'redis-key', subject: 'lock', outcome: 'absent', error: null }] })).toBeNull();
});

it('one that ended before its time is not', () => {
  expect(error({ revertedAt: endOfHold - 1 })).toMatchObject({
    code: 'fault-cut-short',
    message: 'lock-orphan did not stand to the end of its time: it was undone too soon',
    exitCode: 95,
  });
  expect(error({ revertedAt: null })?.message).toContain('its injector ended without a word');
  expect(injectionError('lock-orphan', null, endOfHold)).toMatchObject({ code: 'fault-cut-short' });
});

it('nor is one of which something is left, and whoever runs the drill is told', () => {
  const undone: Injection['undone'] = [
    { kind: 'redis-key', subject: 'lock', outcome: 'failed', error: 'connect ECONNREFUSED 127.0.0.1:6379' },
  ];
  expect(error({ undone })).toMatchObject({
    code: 'fault-left',
    message: 'lock-orphan could not be undone: lock: connect ECONNREFUSED 127.0.0.1:6379',
    hint: expect.stringContaining('loadkit drill --cleanup'),
    exitCode: 95,
  });
  expect(whatIsLeft({ ...injection, undone })).toContain('may still be there');
  expect(whatIsLeft(injection)).toContain('nothing is left of it');
  expect(whatIsLeft(null)).toContain('nothing is left of it');
  expect(whatIsLeft({ ...injection, revertedAt: null, error: 'no lock' })).toContain('nothing is left of it');
});

it('of one whose injector was killed nobody here knows what is left', () => {
  expect(whatIsLeft({ ...injection, revertedAt: null, undone: [] })).toContain(
    '--cleanup says whether anything is left',
  );
});
