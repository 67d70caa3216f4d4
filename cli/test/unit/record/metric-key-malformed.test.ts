import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatGoDuration, parseGoDuration } from '../../../src/record/go-duration.ts';
import { metricInfo } from '../../../src/record/metric-catalog.ts';
import { metricKey, parseMetricKey, selects } from '../../../src/record/metric-key.ts';
import { namePattern } from '../../../src/record/name-pattern.ts';
import { anyName, damaged, everyExample, longTexts, nativeNames, numberText, speaking } from '../malformed.ts';

const tags = fc.dictionary(anyName, fc.oneof(fc.string(), anyName));

test('any tags come back from the key that was made of them', () => {
  everyExample(tags, (given) => {
    const read = parseMetricKey(metricKey('metric', given));
    // A tag without a name is none.
    const expected = Object.entries(given).filter(([tag]) => tag !== '');
    expect(Object.entries(read.tags).sort()).toEqual(expected.sort());
    expect(selects(read, read)).toBe(true);
  });
});

test('the order of the tags makes no other key', () => {
  everyExample(fc.array(fc.tuple(anyName, fc.string())), (pairs) => {
    const unique = [...new Map(pairs)];
    expect(metricKey('metric', Object.fromEntries(unique))).toBe(
      metricKey('metric', Object.fromEntries([...unique].reverse())),
    );
  });
});

test('any text is read as a metric with text for its tags', () => {
  const keys = damaged(tags.map((given) => metricKey('metric', given)));
  everyExample(fc.oneof(keys, fc.string()), (key) => {
    const { name, tags: read } = speaking(parseMetricKey(key));
    expect(typeof name).toBe('string');
    for (const value of Object.values(read)) expect(typeof value).toBe('string');
  });
});

test('a tag that a metric does not have is not found in what every object has', () => {
  for (const name of nativeNames) {
    const plain = { name: 'metric', tags: {} };
    expect(selects({ name: 'metric', tags: Object.fromEntries([[name, 'x']]) }, plain)).toBe(false);
  }
});

test('a metric with any name has a kind and a unit', () => {
  everyExample(anyName, (name) => {
    const { kind, unit } = metricInfo(name);
    expect(['counter', 'gauge']).toContain(kind);
    expect(typeof unit).toBe('string');
  });
});

test('a duration is a number of milliseconds that can be printed, or none', () => {
  const parts = fc.array(fc.tuple(numberText, fc.constantFrom('ns', 'us', 'µs', 'ms', 's', 'm', 'h', '', 'd')));
  const texts = parts.map((list) => list.map(([amount, unit]) => `${amount}${unit}`).join(''));
  everyExample(fc.oneof(texts, damaged(texts), fc.string()), (text) => {
    const ms = parseGoDuration(text);
    if (ms === null) return;
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(formatGoDuration(ms)).toMatch(/^\d+(\.\d+)?(e[+-]\d+)?(ms|s|m|h)$/);
  });
  expect(parseGoDuration(`${'9'.repeat(90)}h`)).toBeNull();
});

test('a name becomes a pattern of itself, which is its own pattern', () => {
  everyExample(fc.oneof(fc.webUrl({ withQueryParameters: true }), anyName, fc.string()), (name) => {
    expect(speaking(namePattern(name)).length).toBeLessThanOrEqual(Math.max(8, 3 * name.length));
  });
});

test.each([
  ['a metric key', parseMetricKey, ['', 'metric{', 'metric{a:']],
  ['a duration', parseGoDuration, ['', '1']],
  ['a name', namePattern, ['', 'GET http://a/', 'http://a/?']],
])('%s is read however long it is', (_, read, before) => {
  for (const text of longTexts(before, ['', 'x'])) read(text);
});
