import { isScriptFailure } from '../../src/system/exit-code.ts';
import type { Moment } from './moment-plan.ts';
import type { BrokenRun } from './moment-run.ts';

/** A run that was broken, in words for the table. */
export interface Outcome {
  readonly phase: string;
  readonly exit: string;
  readonly verdict: string;
  readonly recorded: string;
  readonly invariants: string;
}

const loaded = ['load', 'drain', 'verify'];
/** k6 exports each second, and a full machine delays it. */
const lastSecondsMs = 4_000;

export function outcomeOf(run: BrokenRun): Outcome {
  const { record, finished } = run;
  return {
    phase: phaseOf(run),
    exit: finished === null ? 'hangs' : (finished.exitCode?.toString() ?? 'killed'),
    verdict: record === null ? 'no record' : (record.judgement?.verdict.name ?? `none (${record.status})`),
    recorded: recordedSeconds(run),
    invariants: invariantsOf(run),
  };
}

/** What is wrong with how the run ended; empty when it ended as it must. */
export function complaints({ victim }: Pick<Moment, 'victim'>, run: BrokenRun): string[] {
  const { finished, leftovers, record, reported } = run;
  const { phase, exit } = outcomeOf(run);
  const wrong: string[] = leftovers.map((what) => `left behind: ${what}`);
  const complain = (isWrong: boolean, text: string) => {
    if (isWrong) wrong.push(text);
  };
  complain(finished === null, 'did not end');
  complain(victim !== 'loadkit' && !isOurs(finished?.exitCode), `exit code ${exit} is none of ours`);
  complain(victim !== 'loadkit' && loaded.includes(phase) && exit === '0', `exit code 0 though ${victim} was killed`);
  for (const [command, { stderr, stdout }] of Object.entries({ run: finished, report: reported }).flatMap(
    ([name, text]) => (text === null ? [] : [[name, text] as const]),
  )) {
    complain(/^\s+at .*[:(]/m.test(stderr + stdout), `${command} printed a stack trace`);
    complain(stderr.includes('internal error'), `${command} printed an internal error`);
  }
  const reportCode = record === null ? 2 : 0;
  complain(reported.exitCode !== reportCode, `the report ended with ${reported.exitCode}: ${reported.stderr}`);
  const measured = run.series.load.some(({ counters }) =>
    Object.keys(counters).some((key) => key.startsWith('http_reqs')),
  );
  complain(
    record !== null && run.summary?.includes('TPS') !== measured,
    `the report does not tell what was measured: ${run.summary}`,
  );
  complain(record !== null && !readsToTheEnd(victim, run), 'the record lacks the last seconds before the kill');
  const violated = record?.invariants.filter(({ outcome }) => outcome === 'violated').map(({ id }) => id) ?? [];
  complain(violated.length > 0, `violated: ${violated.join(', ')}`);
  complain(invariantsOf(run) === 'silent', 'nothing says that the invariants were not counted');
  return wrong;
}

function isOurs(code: number | undefined): boolean {
  return code !== undefined && ([0, 2, 93, 94, 95, 96, 99, 130].includes(code) || isScriptFailure(code));
}

function phaseOf({ killedAt, record, series }: BrokenRun): string {
  if (killedAt === null) return '–';
  if (record?.endedAt != null && killedAt > record.endedAt) return 'report';
  const begun = series.events.filter(({ name, t }) => name === 'phase' && t <= killedAt);
  return begun.at(-1)?.subject ?? (record === null || killedAt < record.startedAt ? 'plan' : 'start');
}

/** Seconds of the load that are in the series, of those that passed until the load or its recorder ended. */
function recordedSeconds(run: BrokenRun): string {
  const window = loadWindow(run);
  if (window === null) return '–';
  const seconds = new Set(run.series.load.map(({ t }) => Math.floor(t / 1000)));
  return `${seconds.size} of ${Math.ceil((window.to - window.from) / 1000)}`;
}

function loadWindow({ record, series, killedAt }: BrokenRun): { from: number; to: number } | null {
  const from = series.events.find(({ name, subject }) => name === 'phase' && subject === 'load')?.t;
  if (from === undefined) return null;
  const next = series.events.find(({ name, t }) => name === 'phase' && t > from)?.t;
  return { from, to: record?.load?.endedAt ?? next ?? killedAt ?? from };
}

/** Only the recorder's own death can cut the record. */
function readsToTheEnd(victim: string, run: BrokenRun): boolean {
  const { killedAt, series } = run;
  if (victim !== 'loadkit' || killedAt === null || phaseOf(run) !== 'load') return true;
  const window = loadWindow(run);
  if (window === null || killedAt - window.from < lastSecondsMs) return true;
  return [series.load, ...series.readings.values()].every((lines) => (lines.at(-1)?.t ?? 0) > killedAt - lastSecondsMs);
}

function invariantsOf({ record }: BrokenRun): string {
  if (record === null) return '–';
  const counts = new Map<string, number>();
  for (const { outcome } of record.invariants) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (counts.size > 0) return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  // A record without a verdict says by its status that the run was never finished.
  return record.judgement === null || record.judgement.verdict.reasons.length > 0
    ? 'not counted, and said so'
    : 'silent';
}
