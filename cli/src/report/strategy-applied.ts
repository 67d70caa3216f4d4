import type { RunRecord } from '../record/run-record.ts';

/** `not-applicable`: there is nothing in this run that it could change. `unknown`: the record does not say. */
export type AppliedState = 'yes' | 'partly' | 'no' | 'not-applicable' | 'not-run' | 'unknown';

export interface Applied {
  readonly state: AppliedState;
  /** What says so: `ISSUE_STRATEGY=lua`, `mysql × 1`; empty where nothing does. */
  readonly shown: string;
}

type Ask = (record: RunRecord) => Applied;

const nothingSaid: Applied = { state: 'unknown', shown: '' };

/** Nothing in a record tells: dashboards, alerts, the structure of the code. */
export const unknown: Ask = () => nothingSaid;

/** By the value of a setting of the service; any other value is unknown. */
export function byValue(
  setting: string,
  states: Readonly<Record<string, { readonly state: AppliedState; readonly shown: readonly string[] }>>,
): Ask {
  return (record) => {
    const value = settingOf(record, setting) ?? '';
    const found = Object.hasOwn(states, value) ? states[value] : undefined;
    return found === undefined ? nothingSaid : { state: found.state, shown: shownOf(record, found.shown) };
  };
}

/** By a setting that is a number. */
export function byNumber(setting: string, isOn: (value: number) => boolean, shown: readonly string[]): Ask {
  return (record) => {
    const value = settingOf(record, setting);
    if (value === null || !Number.isFinite(Number(value))) return nothingSaid;
    return { state: isOn(Number(value)) ? 'yes' : 'no', shown: shownOf(record, shown) };
  };
}

/** A bound on what is in flight is always there; a limit of the rate, or of the delay, only where it is set. */
export const congestion: Ask = (record) => {
  const limits = ['RATE_LIMIT_RPS', 'SHED_EVENT_LOOP_MS'];
  const known = limits.filter((name) => settingOf(record, name) !== null);
  const shown = shownOf(record, [...limits, 'MAX_IN_FLIGHT']);
  if (known.some((name) => Number(settingOf(record, name)) > 0)) return { state: 'yes', shown };
  if (settingOf(record, 'MAX_IN_FLIGHT') !== null) return { state: 'partly', shown };
  return known.length === 0 ? nothingSaid : { state: 'no', shown };
};

/** As the server says of itself. */
export const slowQueryLog: Ask = ({ parts }) => {
  const value = parts.find(({ name }) => name === 'mysql')?.settings.slow_query_log;
  if (value === undefined) return nothingSaid;
  const isOn = ['ON', '1', 'TRUE'].includes(String(value).toUpperCase());
  return { state: isOn ? 'yes' : 'no', shown: `slow_query_log=${value}` };
};

/** A stack that loadkit starts has one of each: one process of each kind, one database. */
export function oneOfEach(...names: readonly string[]): Ask {
  return ({ stack, parts }) => {
    const started = parts.filter(({ name }) => names.includes(name)).map(({ name }) => `${name} × 1`);
    if (stack === null || stack.provider === 'external' || started.length === 0) return nothingSaid;
    return { state: 'no', shown: started.join(', ') };
  };
}

/** No fault is injected in a load test. */
export const notInThisRun: Ask = () => ({ state: 'not-run', shown: '' });

/** What the service was started with; null where it was not loadkit that started it and nothing was said. */
function settingOf({ parts, set }: RunRecord, name: string): string | null {
  const found = parts.map(({ settings }) => settings[name]).find((value) => value !== undefined);
  return found === undefined ? (set[name] ?? null) : String(found);
}

function shownOf(record: RunRecord, names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const value = settingOf(record, name);
      return value === null ? [] : [`${name}=${value}`];
    })
    .join(', ');
}
