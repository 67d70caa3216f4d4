/** What asks a process to end: Ctrl-C, `kill`, a terminal that was closed. */
const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes over the signals that ask this process to end. Returns what gives them back. */
export function onEndingSignal(listener: (name: NodeJS.Signals) => void): () => void {
  for (const name of names) process.on(name, listener);
  return () => {
    for (const name of names) process.off(name, listener);
  };
}
