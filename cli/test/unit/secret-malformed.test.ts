import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSecretName, maskSecrets, maskSecretsIn } from '../../src/system/secret.ts';
import { anyJson, damaged, everyExample, longTexts } from './malformed.ts';

const secret = 'hunter2hunter2';
const texts = fc.constantFrom(
  `redis://user:${secret}@127.0.0.1:6379`,
  `Authorization: Bearer ${secret}`,
  `DB_PASSWORD=${secret}`,
  `{"password":"${secret}"}`,
  `--api-key ${secret}`,
  `eyJhbGciOiJI.${secret}.x`,
  `my-eyJhbGciOiJI.${secret}.x`,
);

test('a secret is hidden wherever in a text it stands', () => {
  everyExample(fc.tuple(texts, fc.string(), fc.string()), ([text, before, after]) => {
    expect(maskSecrets(`${before} ${text} ${after}`)).not.toContain(secret);
  });
});

test('a garbled text stays a text, and masking it again changes nothing that matters', () => {
  everyExample(damaged(texts), (text) => {
    const masked = maskSecrets(text);
    if (!text.includes(secret)) return;
    expect(maskSecrets(masked).includes(secret)).toBe(masked.includes(secret));
  });
});

test('a structure keeps its names and its figures', () => {
  everyExample(anyJson, (structure) => {
    const masked = maskSecretsIn(structure);
    const keys = (value: unknown): string[] =>
      typeof value !== 'object' || value === null
        ? []
        : Object.entries(value).flatMap(([key, item]) => [key, ...keys(item)]);
    expect(keys(masked)).toEqual(keys(structure));
  });
});

test('a very long text is masked', () => {
  const before = ['', 'a://b:', 'cookie=', 'authorization:', 'basic ', '--token'];
  for (const text of longTexts(before, ['@'])) {
    maskSecrets(text);
    isSecretName(text);
  }
  for (const unit of ['x-', 'password', 'cookie=a;', '-----BEGIN ', 'eyJ-', 'eyJaaaaaaaa-', 'a:b@', 'token:']) {
    maskSecrets(unit.repeat(200_000 / unit.length));
    maskSecrets(`${unit.repeat(200_000 / unit.length)}.a`);
  }
});
