import { expect, it } from 'vitest';
import { rebalance } from '../../../src/analyze/rebalance.ts';
import { type Curve, loadStart } from '../judge/built-run.ts';
import { flat, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const members = 'kafka_group_members{group:points}';
const found = (curve: Curve, changes = {}) => spoken(rebalance.analyze(serverInput({ [members]: curve }, changes)));

it('a group speaks when a member leaves or joins during the load', () => {
  expect(found((second) => (second >= 20 && second < 25 ? 2 : 3))).toMatchObject({
    outcome: 'problem',
    confidence: 'high',
    detail: { rule: 'members-changed', group: 'points', changes: 2, fewest: 2, most: 3, firstAt: loadStart + 20_000 },
  });
});

it('a group without members speaks of it, one that just found its first does not', () => {
  expect(found((second) => (second === 30 ? 0 : 1)).detail.rule).toBe('members-lost');
  expect(found((second) => (second < 3 ? 0 : 1)).detail.rule).toBe('members-changed');
});

it('a change between the last reading before the load and its first counts, in three seconds too', () => {
  expect(found((second) => (second < 0 ? 2 : 1), shortLoad(3)).outcome).toBe('problem');
});

it('a group is silent when nobody comes or goes, and on readings that failed', () => {
  expect(found(flat(3))).toMatchObject({ outcome: 'ok', detail: { groups: 1 } });
  expect(found((second) => (second % 5 === 0 ? null : 3)).outcome).toBe('ok');
});

it('a group is silent on changes before and after the load', () => {
  expect(found((second) => (second < -1 ? 0 : second > 61 ? 5 : 1)).outcome).toBe('ok');
});

it.each<[string, Curve, object, string]>([
  ['three seconds', flat(1), shortLoad(3), 'too-short'],
  ['gaps', (second) => (second % 4 === 0 ? 1 : null), {}, 'gaps'],
  ['a group that is always empty', flat(0), {}, 'no-members'],
  ['no reading', () => null, {}, 'not-watched'],
])('a group does not say that all is well after %s', (_, curve, changes, rule) => {
  expect(found(curve, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
});
