/** `2.2.0` → `[2, 2, 0]`; text behind the digits (`-rc1`, `_392`) does not count. Empty when there is no digit. */
export function parseVersion(text: string): number[] {
  const digits = /\d+(?:\.\d+)*/.exec(text);
  return digits === null ? [] : digits[0].split('.').map(Number);
}

/** Compares number by number; a missing one counts as zero. False for a version without digits. */
export function isAtLeast(version: string, minimum: string): boolean {
  const have = parseVersion(version);
  const want = parseVersion(minimum);
  if (have.length === 0) return false;
  for (const [index, wanted] of want.entries()) {
    const given = have[index] ?? 0;
    if (given !== wanted) return given > wanted;
  }
  return true;
}
