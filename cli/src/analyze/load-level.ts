import { areInTurn, hasSamplesOf, type K6Scenario, k6Scenarios, k6Stages } from '../record/k6-scenario.ts';
import type { Scenario } from '../record/run-record.ts';
import type { Series } from '../record/series-index.ts';

/** A stretch of time in which the load was meant to be one and the same, or to rise or fall in one go. Epoch milliseconds. */
export interface LoadLevel {
  /** The k6 scenario, with the number of its stage where it has several. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Of a load in steps or stages; none where the load is the same from beginning to end, or several overlap. */
export function loadLevels(scenario: Scenario | null, series: Series): LoadLevel[] {
  const all = k6Scenarios(scenario?.options.scenarios);
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only.stages.length > 1 ? stageLevels(only, series) : [];
  return areInTurn(all) ? all.flatMap((one) => wholeLevel(one, series)) : [];
}

function wholeLevel(one: K6Scenario, series: Series): LoadLevel[] {
  const from = beganAt(one.name, series);
  return from === null ? [] : [{ name: one.name, from, to: from + one.lengthMs }];
}

function stageLevels(one: K6Scenario, series: Series): LoadLevel[] {
  const began = beganAt(one.name, series);
  if (began === null) return [];
  return k6Stages(one).map(({ number, startMs, lengthMs }) => {
    const from = began + startMs - one.startMs;
    return { name: `${one.name} ${number}`, from, to: from + lengthMs };
  });
}

/** Beginning of the first export with samples of that k6 scenario, at most a second early. */
function beganAt(name: string, { load }: Series): number | null {
  return load.find((line) => hasSamplesOf(line, name))?.from ?? null;
}
