import type { Host, Part } from './run-record.ts';

/** Processors that k6 could use at once; those of the machine where its own limit is not known. */
export function k6CpuLimit({ parts, host }: { readonly parts: readonly Part[]; readonly host: Host }): number {
  const limit = parts.find(({ name }) => name === 'k6')?.settings.cpuLimit;
  return typeof limit === 'number' ? limit : host.cpuCount;
}
