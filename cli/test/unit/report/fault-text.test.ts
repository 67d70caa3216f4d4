import { expect, it } from 'vitest';
import { faultText } from '../../../src/report/drill/fault-text.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { builtDrill } from './built-drill.ts';
import { templatesFolder } from './built-report.ts';

const { say, has } = loadSentences(templatesFolder, 'ko');
const text = (changes: Parameters<typeof builtDrill>[0]) =>
  faultText({ say, has }, builtDrill(changes), 'incident-sooner');

it('is that of the fault itself', () => {
  expect(text({ fault: 'coupon-race', failure: 'lock' })).toBe(say('incident-sooner.coupon-race'));
});

it('is that of the fault without its mitigation where it has none of its own', () => {
  const mitigated = { fault: 'coupon-race-lua', mitigates: 'coupon-race', mitigation: 'lua', failure: 'lock' } as const;
  expect(text(mitigated)).toBe(say('incident-sooner.coupon-race'));
});

it('is that of its row otherwise', () => {
  expect(text({ fault: 'redis-stall', failure: 'lock' })).toBe(say('incident-sooner.lock'));
});

it('of a fault that is called like its row is not that of the row', () => {
  const own = text({ fault: 'deadlock', failure: 'deadlock' });
  expect(own).not.toBe(text({ fault: 'mysql-latency', failure: 'deadlock' }));
  expect(text({ fault: 'deadlock-sorted', mitigates: 'deadlock', failure: 'deadlock' })).toBe(own);
});

it('is one that fits all where nobody knows the fault', () => {
  expect(text({ fault: 'of-another-loadkit', failure: null })).toBe(say('incident-sooner.any'));
});
