import { describe, expect, it } from 'vitest';
import { brokerProperties, type ProxiedListener } from '../../src/stack/kafka-configuration.ts';
import { newClusterId } from '../../src/stack/local-kafka.ts';

it("makes a cluster id that Kafka's format command does not take for an option", () => {
  const dashed = Buffer.alloc(16, 0xfb);
  const plain = Buffer.alloc(16, 0x11);
  expect(dashed.toString('base64url')).toMatch(/^-/);
  const drawn = [dashed, plain];
  expect(newClusterId(() => drawn.shift() ?? plain)).toBe(plain.toString('base64url'));
});

describe('the configuration of the broker', () => {
  function settingsOf(proxied: ProxiedListener | null): Map<string, string> {
    const lines = brokerProperties('/data', 9001, 9002, proxied).trim().split('\n');
    return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  }

  it('has one listener for clients where no proxy stands before it', () => {
    const settings = settingsOf(null);
    expect(settings.get('listeners')).toBe('PLAINTEXT://127.0.0.1:9001,CONTROLLER://127.0.0.1:9002');
    expect(settings.get('advertised.listeners')).toBe('PLAINTEXT://127.0.0.1:9001');
  });

  it('tells whoever comes through a proxy the address of the proxy, and everybody else its own', () => {
    const settings = settingsOf({ port: 9003, proxyPort: 9004 });
    expect(settings.get('listeners')).toContain('PROXIED://127.0.0.1:9003');
    expect(settings.get('advertised.listeners')).toBe('PLAINTEXT://127.0.0.1:9001,PROXIED://127.0.0.1:9004');
  });
});
