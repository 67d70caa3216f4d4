import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, overridableSettings, readConfig } from '../../src/config.ts';

const manifest = z
  .object({
    fixture: z.record(z.string(), z.string()),
    overrides: z.object({ env: z.string(), metric: z.string(), settings: z.array(z.string()) }),
    settings: z.record(z.string(), z.object({ default: z.string(), values: z.array(z.string()).optional() })),
  })
  .parse(JSON.parse(readFileSync(new URL('../../loadkit.json', import.meta.url), 'utf8')));

const stores = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  MYSQL_URL: 'mysql://user:secret@127.0.0.1:3306/shop',
  KAFKA_BROKERS: '127.0.0.1:9092',
};

const settings = Object.entries(manifest.settings);
const fixture = Object.entries(manifest.fixture).map(([name, value]) => [`FIXTURE_${name}`, value] as const);
const names = [...settings.map(([name]) => name), ...fixture.map(([name]) => name)];

function complaint(name: string, value: string): string | undefined {
  try {
    readConfig({ ...stores, [name]: value });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('loadkit.json', () => {
  // loadkit passes its defaults on: a service that is started without it must be the same one.
  it('has the defaults of the service', () => {
    const declared = Object.fromEntries([...settings.map(([name, setting]) => [name, setting.default]), ...fixture]);

    expect(readConfig({ ...stores, ...declared })).toEqual(readConfig(stores));
  });

  it('names the settings that can be overridden, each of which it offers', () => {
    expect(manifest.overrides.settings).toEqual(overridableSettings);
    expect(Object.keys(manifest.settings)).toEqual(expect.arrayContaining(manifest.overrides.settings));
    expect(readConfig({ ...stores, [manifest.overrides.env]: '/a/file' }).overridesFile).toBe('/a/file');
  });

  it.each(names)('names %s, which the service reads', (name) => {
    expect(complaint(name, '?')).toContain(`${name}: expected`);
  });

  it.each(settings)('offers all choices of %s and no other', (name, { values }) => {
    const choices = /one of (.+), found/.exec(complaint(name, '?') ?? '')?.[1]?.split(', ');

    expect(values).toEqual(choices);
  });
});
