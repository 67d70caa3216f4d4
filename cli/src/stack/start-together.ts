/**
 * Runs all at the same time. The first that fails aborts the others; rejects with its error when all have ended,
 * so that nothing is still being started when the caller cleans up.
 */
export async function startTogether<T>(
  signal: AbortSignal,
  starts: ReadonlyArray<(signal: AbortSignal) => Promise<T>>,
): Promise<T[]> {
  const others = new AbortController();
  const joined = AbortSignal.any([signal, others.signal]);
  let failure: { error: unknown } | undefined;
  const results = await Promise.all(
    starts.map(async (start) => {
      try {
        return [await start(joined)];
      } catch (error) {
        failure ??= { error };
        others.abort(error);
        return [];
      }
    }),
  );
  if (failure !== undefined) throw failure.error;
  return results.flat();
}
