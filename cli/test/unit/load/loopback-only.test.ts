import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, test } from 'vitest';
import { allButLoopback } from '../../../src/load/loopback-only.ts';

// Go, and so k6, compares an address only with blocks of its own family; Node's list would map IPv4 into IPv6.
function blocksOf(cidrs: readonly string[]) {
  const blocks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/');
    blocks[familyOf(address)].addSubnet(address, Number(prefix), familyOf(address));
  }
  return blocks;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function isBlocked(address: string, blocks = blocksOf(allButLoopback())): boolean {
  return blocks[familyOf(address)].check(address, familyOf(address));
}

test.each(['127.0.0.1', '127.0.0.2', '127.255.255.255', '::1'])('%s is let through', (address) => {
  expect(isBlocked(address)).toBe(false);
});

test.each([
  '0.0.0.0',
  '8.8.8.8',
  '10.0.0.1',
  '126.255.255.255',
  '128.0.0.0',
  '169.254.169.254',
  '192.168.0.1',
  '255.255.255.255',
  '::',
  '::2',
  '::1:0:1',
  'fe80::1',
  '2001:db8::1',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
])('%s is blocked', (address) => {
  expect(isBlocked(address)).toBe(true);
});

describe('an allowed host', () => {
  const allowed = blocksOf(allButLoopback(['10.99.0.7', '2001:db8::7', '::ffff:192.0.2.1', 'fe80:0:0:0:0:0:0:1']));

  test.each(['10.99.0.7', '192.0.2.1', '2001:db8::7', 'fe80::1', '127.0.0.1', '127.1.2.3', '::1'])(
    'lets %s through',
    (address) => {
      expect(isBlocked(address, allowed)).toBe(false);
    },
  );

  test.each([
    '10.99.0.6',
    '10.99.0.8',
    '192.0.2.0',
    '192.0.2.2',
    '2001:db8::6',
    '2001:db8::8',
    'fe80::2',
    '0.0.0.0',
    '::',
  ])('leaves its neighbour %s blocked', (address) => {
    expect(isBlocked(address, allowed)).toBe(true);
  });

  test('on loopback changes nothing', () => {
    expect(allButLoopback(['127.0.0.1', '::1'])).toEqual(allButLoopback());
  });
});
