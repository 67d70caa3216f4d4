import { describe, expect, it } from 'vitest';
import { holdsIn, parseK6Expression } from '../../../src/judge/k6-expression.ts';
import { parseK6Selector } from '../../../src/record/k6-selector.ts';

describe("a threshold in k6's grammar", () => {
  it.each([
    ['p(95)<300', { method: { percentile: 95 }, operator: '<', limit: 300 }],
    [' p( 99.90 ) <= 1e3 ', { method: { percentile: 99.9 }, operator: '<=', limit: 1_000 }],
    ['rate>0.99', { method: 'rate', operator: '>', limit: 0.99 }],
    ['count===0', { method: 'count', operator: '===', limit: 0 }],
    ['value != -1.5', { method: 'value', operator: '!=', limit: -1.5 }],
    ['med>=3', { method: 'med', operator: '>=', limit: 3 }],
  ])('is read: %s', (text, expected) => expect(parseK6Expression(text)).toEqual(expected));

  it.each(['p(95)', 'p(101)<1', 'last==0', 'max<1000 for 10s', 'avg<', 'avg=<3', 'avg<fast', ''])(
    'is none: "%s"',
    (text) => expect(parseK6Expression(text)).toBeNull(),
  );

  it('selects by tags as k6 reads them, quotes and blanks around them left out', () => {
    expect(parseK6Selector('http_reqs')).toEqual({ name: 'http_reqs', tags: {} });
    expect(parseK6Selector(`http_reqs{ 'name':"a b", url:http://x/%7Bid%7D }`)).toEqual({
      name: 'http_reqs',
      tags: { name: 'a b', url: 'http://x/%7Bid%7D' },
    });
    expect(parseK6Selector('group_duration{group:::shop::pay}').tags).toEqual({ group: '::shop::pay' });
  });
});

describe('a limit against a range', () => {
  it.each([
    ['<', 300, 200, 250, true],
    ['<', 300, 310, 320, false],
    ['<', 300, 290, 310, null],
    ['<', 300, 290, 300, null],
    ['<=', 300, 290, 300, true],
    ['>', 300, 290, 310, null],
    ['>=', 300, 300, 310, true],
    ['==', 300, 290, 310, null],
    ['==', 300, 310, 320, false],
    ['==', 300, 300, 300, true],
    ['!=', 300, 290, 310, null],
    ['!=', 300, 310, 320, true],
  ] as const)('%s %d of %d … %d is %s', (operator, limit, least, most, expected) =>
    expect(holdsIn({ least, most }, { operator, limit })).toBe(expected),
  );
});
