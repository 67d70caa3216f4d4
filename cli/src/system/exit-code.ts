/** Exit codes of `loadkit`. 99 and 100–110 are k6's own numbers (k6 `errext/exitcodes`). */
export const exitCode = {
  ok: 0,
  internal: 1,
  usage: 2,
  unreachable: 93,
  incorrect: 94,
  inconclusive: 95,
  regression: 96,
  threshold: 99,
  interrupted: 130,
} as const;

const worstFirst: ReadonlyArray<(code: number) => boolean> = [
  (code) => code === exitCode.internal,
  (code) => code === exitCode.usage,
  (code) => code === exitCode.interrupted,
  (code) => code === exitCode.unreachable,
  isScriptFailure,
  (code) => code === exitCode.incorrect,
  (code) => code === exitCode.inconclusive,
  (code) => code === exitCode.threshold,
  (code) => code === exitCode.regression,
  (code) => code === exitCode.ok,
];

/** True for the codes with which k6 says that the script or k6 itself failed: 100–110 and 255. */
export function isScriptFailure(code: number): boolean {
  return (code >= 100 && code <= 110) || code === 255;
}

/** The worst of several exit codes; `0` for none. An unknown code counts as an internal error. */
export function worstExitCode(codes: readonly number[]): number {
  for (const matches of worstFirst) {
    const found = codes.find(matches);
    if (found !== undefined) return found;
  }
  return codes.length === 0 ? exitCode.ok : exitCode.internal;
}
