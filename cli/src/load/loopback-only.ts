/**
 * CIDR blocks that together hold every address but loopback, for k6's `--blacklist-ip`.
 * IPv4-mapped IPv6 addresses need no blocks of their own: Go compares them as IPv4.
 */
export function allButLoopback(): string[] {
  return [...complement(0x7f000000n, 8, 32).map(formatIpv4), ...complement(1n, 128, 128).map(formatIpv6)];
}

interface Block {
  readonly address: bigint;
  readonly prefix: number;
}

/** A block is left out by taking, for each bit of its prefix, the block that shares the bits before it and differs in it. */
function complement(address: bigint, prefix: number, width: number): Block[] {
  return Array.from({ length: prefix }, (_, i) => {
    const bit = BigInt(width - 1 - i);
    return { address: ((address >> bit) ^ 1n) << bit, prefix: i + 1 };
  });
}

function formatIpv4({ address, prefix }: Block): string {
  const octets = [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn));
  return `${octets.join('.')}/${prefix}`;
}

function formatIpv6({ address, prefix }: Block): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return `${groups.join(':')}/${prefix}`;
}
