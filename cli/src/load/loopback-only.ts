import { isIPv4 } from 'node:net';

/**
 * CIDR blocks that together hold every address but loopback and the given ones, for k6's `--blacklist-ip`.
 * IPv4-mapped IPv6 addresses need no blocks of their own: Go compares them as IPv4.
 */
export function allButLoopback(allowed: readonly string[] = []): string[] {
  const kept = allowed.map(hostBlock);
  const loopback4 = { address: 0x7f000000n, prefix: 8, width: 32 };
  const loopback6 = { address: 1n, prefix: 128, width: 128 };
  const of = (width: number) => kept.filter((block) => block.width === width);
  return [
    ...complement([loopback4, ...of(32)], 32).map(formatIpv4),
    ...complement([loopback6, ...of(128)], 128).map(formatIpv6),
  ];
}

interface Block {
  readonly address: bigint;
  readonly prefix: number;
  readonly width: number;
}

/** Halves the space until a half holds nothing that is to be kept, which is then taken whole. */
function complement(kept: readonly Block[], width: number): Block[] {
  const taken: Block[] = [];
  const visit = (block: Block): void => {
    const inside = kept.filter((one) => overlaps(block, one));
    if (inside.length === 0) taken.push(block);
    else if (inside.every(({ prefix }) => prefix > block.prefix)) {
      const prefix = block.prefix + 1;
      visit({ ...block, prefix });
      visit({ ...block, prefix, address: block.address | (1n << BigInt(width - prefix)) });
    }
  };
  visit({ address: 0n, prefix: 0, width });
  return taken;
}

function overlaps(a: Block, b: Block): boolean {
  const shift = BigInt(a.width - Math.min(a.prefix, b.prefix));
  return a.address >> shift === b.address >> shift;
}

/** A single address; an IPv4-mapped one is its IPv4 address, as Go sees it. */
function hostBlock(address: string): Block {
  if (isIPv4(address)) {
    const value = address.split('.').reduce((total, octet) => (total << 8n) | BigInt(octet), 0n);
    return { address: value, prefix: 32, width: 32 };
  }
  // URL writes any form of an IPv6 address in one: eight groups at most, `::` for zeros, no dotted IPv4.
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  const groups = [...(before ?? []), ...zeros, ...(after ?? [])];
  const value = groups.reduce((total, group) => (total << 16n) | BigInt(`0x${group}`), 0n);
  if (value >> 32n === 0xffffn) return { address: value & 0xffffffffn, prefix: 32, width: 32 };
  return { address: value, prefix: 128, width: 128 };
}

function formatIpv4({ address, prefix }: Block): string {
  const octets = [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn));
  return `${octets.join('.')}/${prefix}`;
}

function formatIpv6({ address, prefix }: Block): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return `${groups.join(':')}/${prefix}`;
}
