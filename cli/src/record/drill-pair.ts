import type { Drill } from './drill.ts';
import type { RunRecord } from './run-record.ts';

/** Id of the fault that a drill with a mitigation is to be compared with, without one; null: it has none. */
export function plainFaultOf({ fault, mitigation, mitigates }: Pick<Drill, 'fault' | 'mitigation' | 'mitigates'>) {
  return mitigates ?? (mitigation === null ? null : fault);
}

/** As fast; how long it went on may differ with the time that the fault stood. */
export function isSameLoad(a: Pick<RunRecord, 'scenario'>, b: Pick<RunRecord, 'scenario'>): boolean {
  return loadOf(a) === loadOf(b);
}

function loadOf({ scenario }: Pick<RunRecord, 'scenario'>): string {
  const { name, shape, parameters } = scenario ?? {};
  return JSON.stringify([name, parameters?.LOADKIT_RATE ?? shape]);
}
