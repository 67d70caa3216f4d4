import type { ScenarioParameters } from './load.ts';

type Typed = Pick<ScenarioParameters, 'vus' | 'duration' | 'iterations' | 'stages'>;

/** k6's load flags for a script that is not ours, as they were typed: `--vus 10 --stage 5s:20`. */
export function loadFlags({ vus, duration, iterations, stages }: Typed): string[] {
  const flag = (name: string, value: string | null) => (value === null ? [] : [name, value]);
  return [
    ...flag('--vus', vus),
    ...flag('--duration', duration),
    ...flag('--iterations', iterations),
    ...stages.flatMap((stage) => ['--stage', stage]),
  ];
}

/** The same for `k6 inspect`, which takes no such flags: k6 ranks its environment above the script as it does its flags. */
export function loadFlagEnvironment({ vus, duration, iterations, stages }: Typed): Record<string, string> {
  const given = {
    K6_VUS: vus,
    K6_DURATION: duration,
    K6_ITERATIONS: iterations,
    K6_STAGES: stages.length === 0 ? null : stages.join(','),
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}
