import { formatGoDuration } from '../record/go-duration.ts';
import { areInTurn, type K6Scenario, k6Scenarios } from '../record/k6-scenario.ts';
import type { Scenario } from '../record/run-record.ts';

/**
 * What kind of load k6's `scenarios` make, and for how long. `plannedMs` leaves out `gracefulStop`, in which k6 only
 * waits for what it has begun; for executors that count iterations it is their `maxDuration`.
 */
export function describeLoad(scenarios: unknown): Pick<Scenario, 'model' | 'shape' | 'plannedMs'> {
  const all = k6Scenarios(scenarios);
  return {
    model: modelOf(all),
    shape: areInTurn(all) ? inTurnShape(all) : all.map(shapeOf).join(' + '),
    plannedMs: Math.max(0, ...all.map(({ startMs, lengthMs }) => startMs + lengthMs)),
  };
}

function modelOf(all: readonly K6Scenario[]): Scenario['model'] {
  const open = all.filter(({ isOpen }) => isOpen).length;
  if (open === 0) return 'closed';
  return open === all.length ? 'open' : 'mixed';
}

/** Rates that follow each other are one line of levels: `arrival rate 200 → 300/s · 2 × 5s · ≤ 800 VU`. */
function inTurnShape(all: readonly K6Scenario[]): string {
  if (all.some(({ executor }) => executor !== 'constant-arrival-rate')) return all.map(shapeOf).join(' → ');
  const rates = all.map((one) => perSecond(one.rate ?? 0, one)).join(' → ');
  const lengths = all.map(({ lengthMs }) => formatGoDuration(lengthMs));
  const [first] = lengths;
  const same = lengths.every((length) => length === first);
  const times = same ? `${all.length} × ${first}` : lengths.join(' → ');
  return `arrival rate ${rates}/s · ${times} · ≤ ${Math.max(...all.map(mostVus))} VU`;
}

function shapeOf(one: K6Scenario): string {
  const length = formatGoDuration(one.lengthMs);
  const vus = one.vus ?? 1;
  switch (one.executor) {
    case 'constant-arrival-rate':
      return `arrival rate ${perSecond(one.rate ?? 0, one)}/s · ${length} · ≤ ${mostVus(one)} VU`;
    case 'ramping-arrival-rate':
      return `arrival rate ${ramp(one.startRate ?? 0, one, (rate) => perSecond(rate, one))}/s · ${length} · ≤ ${mostVus(one)} VU`;
    case 'ramping-vus':
      return `${ramp(one.startVUs ?? 1, one, String)} VU · ${length}`;
    case 'shared-iterations':
      return `${vus} VU · ${one.iterations ?? 1} iterations`;
    case 'per-vu-iterations':
      return `${vus} VU × ${one.iterations ?? 1} iterations`;
    default:
      return `${vus} VU · ${length}`;
  }
}

function perSecond(rate: number, { timeUnit }: K6Scenario): string {
  const value = (rate * 1_000) / (timeUnit || 1_000);
  return String(Number(value.toPrecision(6)));
}

function mostVus({ maxVUs, preAllocatedVUs }: K6Scenario): number {
  return Math.max(maxVUs ?? 0, preAllocatedVUs ?? 0);
}

/** `0 → 100 → 0`: every level that a ramp goes to, a level that is held only once. */
function ramp(start: number, { stages }: K6Scenario, format: (level: number) => string): string {
  const levels = [start, ...stages.map(({ target }) => target)];
  return levels
    .filter((level, i) => i === 0 || level !== levels[i - 1])
    .map(format)
    .join(' → ');
}
