import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { parseExternalUrls } from '../../src/config/external-urls.ts';
import { parseKeyValues, refuseOwnNames } from '../../src/config/key-value.ts';
import { duration, durationMs, seedNumber, wholeNumber } from '../../src/config/quantity.ts';
import { findScenario, nearestName } from '../../src/config/scenario-file.ts';
import { chooseFixture, chooseSettings } from '../../src/config/service-settings.ts';
import { anyName, damaged, everyExample, longTexts, nativeNames, numberText, valueOrOurs } from './malformed.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Commander prints the message of its own error beside the option. */
function valueOrRefusal<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidArgumentError) return null;
    throw error;
  }
}

const numbers = [wholeNumber, seedNumber, durationMs];

test('a quantity is a finite number or refused', () => {
  const texts = fc.oneof(
    numberText,
    fc.tuple(numberText, fc.constantFrom('ms', 's', 'm', 'h', 'd', ' s')).map((parts) => parts.join('')),
    damaged(fc.constantFrom('1m30s', '500ms', '12')),
  );
  everyExample(texts, (text) => {
    for (const read of numbers) {
      const value = valueOrRefusal(() => read(text));
      expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true);
    }
    const kept = valueOrRefusal(() => duration(text));
    expect(kept === null || kept === text).toBe(true);
  });
});

test('a very long quantity is refused, unless it is a number with many zeros before it', () => {
  for (const text of longTexts(['', '1'], ['', 's'])) {
    for (const read of numbers) expect(valueOrRefusal(() => read(text)) ?? 0).toBe(0);
  }
});

test('a name that every object has is set, looked up and chosen only where somebody gave it', () => {
  for (const name of nativeNames) {
    const isEnvironmentName = /^[A-Za-z_]\w*$/.test(name);
    expect(isEnvironmentName).toBe(true);
    expect(Object.entries(parseKeyValues('--set', [`${name}=5`]))).toEqual([[name, '5']]);
    const declared = Object.fromEntries([[name, { default: 'a' }]]);
    expect(chooseSettings(declared, {}, () => undefined)).toEqual({});
    expect(Object.entries(chooseSettings(declared, parseKeyValues('--set', [`${name}=b`]), () => undefined))).toEqual([
      [name, 'b'],
    ]);
    expect(readEnvironment().lookup(name)).toBeUndefined();
    expect(
      valueOrOurs(() => chooseSettings({}, parseKeyValues('--set', [`${name}=b`]), () => undefined)),
    ).toBeInstanceOf(Error);
    expect(valueOrOurs(() => chooseFixture({}, {}, parseKeyValues('--fixture', [`${name}=b`])))).toBeInstanceOf(Error);
  }
});

test('what the environment holds comes through as text, under any name', () => {
  everyExample(fc.tuple(anyName, fc.string()), ([name, value]) => {
    if (name.includes('\0') || name.includes('=') || name === '' || value.includes('\0')) return;
    vi.stubEnv(name, value);
    const { lookup, forChildren, ...rest } = readEnvironment();
    for (const [key, text] of Object.entries(forChildren)) expect([key, typeof text]).toEqual([key, 'string']);
    expect(['string', 'undefined']).toContain(typeof lookup(name));
    expect(Object.keys(forChildren)).not.toContain('K6_THRESHOLDS');
    expect(rest.cacheFolder).not.toBe('');
    vi.unstubAllEnvs();
  });
});

test('options with KEY=VALUE are a table of texts or refused', () => {
  everyExample(fc.array(fc.oneof(anyName, damaged(fc.constant('COUPON_STOCK=5000')))), (items) => {
    const table = valueOrOurs(() => parseKeyValues('--set', items));
    if (table instanceof Error) return;
    expect(items.length).toBeGreaterThanOrEqual(Object.keys(table).length);
    for (const [key, value] of Object.entries(table)) expect(items).toContain(`${key}=${value}`);
    valueOrOurs(() => refuseOwnNames(table));
  });
  for (const text of longTexts(['', 'A='], ['', '=1'])) valueOrOurs(() => parseKeyValues('--set', [text]));
});

test('settings of any names and values are chosen from what is declared, or refused', () => {
  const tables = fc.dictionary(anyName, fc.string());
  everyExample(fc.tuple(tables, tables, tables), ([defaults, set, environment]) => {
    const declared = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, { default: value, values: [value, 'b'] }]),
    );
    const chosen = valueOrOurs(() =>
      chooseSettings(declared, set, (name) => new Map(Object.entries(environment)).get(name)),
    );
    if (!(chosen instanceof Error)) for (const value of Object.values(chosen)) expect(typeof value).toBe('string');
    const fixture = valueOrOurs(() => chooseFixture(defaults, set, environment));
    if (!(fixture instanceof Error)) expect(Object.keys(fixture).sort()).toEqual(Object.keys(defaults).sort());
  });
});

test('an address is kept as it can be called, or refused without its password', () => {
  const urls = fc.constantFrom(
    'http://127.0.0.1:8080',
    'https://user:hunter2@host/path//',
    'redis://:hunter2@[::1]:6379/0',
    'mysql://user:hunter2@127.0.0.1:3306/shop',
    'api=http://h:1/metrics',
    'a:9092, b:9093',
  );
  everyExample(
    fc.tuple(damaged(urls), damaged(urls), fc.array(damaged(urls), { maxLength: 3 })),
    ([one, two, several]) => {
      for (const flags of [{ baseUrl: one }, { redisUrl: one }, { mysqlUrl: two }, { kafkaBrokers: two }]) {
        const parsed = valueOrOurs(() => parseExternalUrls({ ...flags, metricsUrl: several }));
        if (parsed instanceof Error) continue;
        for (const broker of parsed.kafkaBrokers ?? []) expect(Number(broker.split(':').at(-1))).toBeLessThan(65_536);
        for (const url of Object.values(parsed.metricsUrls)) expect(URL.canParse(url)).toBe(true);
      }
    },
  );
  for (const name of nativeNames.filter((one) => one !== '__proto__')) {
    const { metricsUrls } = parseExternalUrls({ metricsUrl: [`${name}=http://h/m`] });
    expect(Object.entries(metricsUrls)).toEqual([[name, 'http://h/m']]);
  }
});

test('a very long address is kept or refused', () => {
  for (const text of longTexts(['', 'http://h/', 'a:1,'], ['', 'x'])) {
    valueOrOurs(() => parseExternalUrls({ baseUrl: text, metricsUrl: [] }));
    valueOrOurs(() => parseExternalUrls({ kafkaBrokers: text, metricsUrl: [text] }));
  }
});

test('a broker with a port that no machine has is refused', () => {
  for (const port of ['0', '65536', '99999']) {
    expect(valueOrOurs(() => parseExternalUrls({ kafkaBrokers: `h:${port}`, metricsUrl: [] }))).toBeInstanceOf(Error);
  }
});

test('a scenario of any name is found or refused', () => {
  everyExample(anyName, (name) => {
    valueOrOurs(() => findScenario(name, ['/nowhere'], '/nowhere'));
  });
  for (const text of longTexts([''], [''])) {
    expect(nearestName(text, ['coupon', 'order'])).toBeNull();
    valueOrOurs(() => findScenario(text, [], '/nowhere'));
  }
});
