import { expect, it } from 'vitest';
import { newClusterId } from '../../src/stack/local-kafka.ts';

it("makes a cluster id that Kafka's format command does not take for an option", () => {
  const dashed = Buffer.alloc(16, 0xfb);
  const plain = Buffer.alloc(16, 0x11);
  expect(dashed.toString('base64url')).toMatch(/^-/);
  const drawn = [dashed, plain];
  expect(newClusterId(() => drawn.shift() ?? plain)).toBe(plain.toString('base64url'));
});
