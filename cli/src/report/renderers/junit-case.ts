import { hadNothingToCheck } from '../../record/invariant-scope.ts';
import type { Invariant, Reason, RunRecord, ThresholdResult } from '../../record/run-record.ts';
import type { ReportedRun } from '../api-figures.ts';
import { observedText } from '../measured-value.ts';
import { type NumberFormat, numberFormat } from '../number-format.ts';
import { reasonText } from '../reason-text.ts';
import { namesIn, type Sentences } from '../sentences.ts';

export interface JunitCase {
  readonly kind: 'measurement' | 'threshold' | 'gate' | 'invariant';
  readonly name: string;
  /** failure: a promise was broken; error: it could not be found out; skipped: there was nothing to find out. */
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** Stable identifier of a failure or an error. */
  readonly type: string;
  readonly message: string;
  /** More lines; of a case that passed, what is to be known all the same. */
  readonly note: string;
}

interface Speech {
  readonly record: RunRecord;
  readonly say: Sentences['say'];
  readonly name: (kind: string, id: string) => string;
  readonly format: NumberFormat;
}

/**
 * The soundness of the measurement, then every threshold, gate and invariant. There is a failure or an error exactly where the
 * exit code is not 0: whoever gates on this file comes to the same end as who gates on the code.
 */
export function junitCases({ record }: ReportedRun, lang: 'ko' | 'en', sentences: Sentences): JunitCase[] {
  const speech = { record, say: sentences.say, name: namesIn(sentences), format: numberFormat(lang) };
  const judged = [
    ...(record.judgement?.thresholds ?? []).map((result) => thresholdCase(result, speech)),
    ...record.invariants.map((invariant) => invariantCase(invariant, speech)),
  ];
  const isExplained = judged.some(({ outcome }) => outcome === 'failure' || outcome === 'error');
  return [measurementCase(speech, isExplained), ...judged];
}

/** Of which a case of its own tells. */
const toldElsewhere = /^(threshold-(broken|warned|no-data)|invariant-)/;
/** By themselves they cost a run its verdict, also where something worse was found. */
const unsound: readonly string[] = [
  'analysis-failed',
  'exports-rejected',
  'generator-limit',
  'generator-limit-step',
  'k6-crashed',
  'iterations-differ',
  'k6-killed',
  'k6-signal',
  'k6-silent',
  'no-requests',
  'not-drained',
  'part-died',
  'probe-gap',
  'series-differs',
  'series-incomplete',
  'series-untagged',
  'store-restarted',
];

function measurementCase(speech: Speech, isExplained: boolean): JunitCase {
  const { record, say } = speech;
  const verdict = record.judgement?.verdict ?? null;
  const about = { kind: 'measurement', name: say('junit.measurement') } as const;
  if (verdict === null) {
    return { ...about, outcome: 'error', type: 'not-judged', message: say('junit.not-judged'), note: '' };
  }
  const reasons = verdict.reasons.filter(({ id }) => !toldElsewhere.test(id));
  const note = reasons.map((reason) => spoken(speech, reason)).join('\n');
  const isSound = !isUnsound(verdict.name, reasons) && (verdict.exitCode === 0 || isExplained);
  if (isSound) return { ...about, outcome: 'passed', type: '', message: '', note };
  const [first] = reasons;
  const message = first === undefined ? say(`verdict.${verdict.name}`) : spoken(speech, first);
  return { ...about, outcome: 'error', type: first?.id ?? verdict.name, message, note };
}

/** The worst ground gives the name, so that a run that passed or failed a threshold had none that is worse. */
function isUnsound(verdict: string, reasons: readonly Reason[]): boolean {
  if (verdict === 'PASS' || verdict === 'FAIL') return false;
  if (verdict === 'INCORRECT' || verdict === 'INCONCLUSIVE' || verdict === 'INVALID') {
    return reasons.some(({ id }) => unsound.includes(id));
  }
  return true;
}

function thresholdCase(result: ThresholdResult, speech: Speech): JunitCase {
  const { source, metric, expression, level, outcome, reason } = result;
  const { record, say, name, format } = speech;
  const about = { kind: source === 'loadkit' ? 'gate' : 'threshold', name: `${metric} ${expression}` } as const;
  const measured = observedText(result, format, record.load?.units);
  const why = reason === null ? '' : ` (${name('why', reason)})`;
  const message = `${say(`threshold.${outcome}`)}${why} · ${say('head.measured')} ${measured}`;
  if (outcome === 'held') return passed(about, message);
  if (outcome === 'no-data') {
    // What stopped the load is a case of its own; nobody promised what only warns.
    const isSaid = source === 'series' || !isLeftToK6(record);
    const isAsked = level === 'fail' && reason !== 'stopped-early' && isSaid;
    return { ...about, outcome: isAsked ? 'error' : 'skipped', type: 'no-data', message, note: '' };
  }
  if (level === 'warn') return passed(about, `${say('threshold.warn')}: ${message}`);
  return isPass(record) ? skipped(about, message) : { ...about, outcome: 'failure', type: 'broken', message, note: '' };
}

function invariantCase(invariant: Invariant, speech: Speech): JunitCase {
  const { id, outcome, violations, evidence, reason } = invariant;
  const { record, say, name, format } = speech;
  const about = { kind: 'invariant', name: `${id} (${name('invariant', id)})` } as const;
  const figures = Object.entries(evidence).map(([key, value]) => `${key}=${format.plain(value)}`);
  const note = figures.join(' ');
  if (hadNothingToCheck(invariant)) return skipped(about, say('invariant-outcome.held-nothing'));
  if (outcome === 'held') return passed(about, note);
  const why = reason === null ? '' : ` (${name('why', reason)})`;
  const count = outcome === 'violated' ? ` · ${say('head.violations')} ${format.count(violations)}` : '';
  const message = `${say(`invariant-outcome.${outcome}`)}${why}${count}`;
  if (isPass(record) || (isLeftToK6(record) && outcome === 'undetermined')) return skipped(about, message);
  return { ...about, outcome: outcome === 'violated' ? 'failure' : 'error', type: outcome, message, note };
}

type About = Pick<JunitCase, 'kind' | 'name'>;

function passed(about: About, note: string): JunitCase {
  return { ...about, outcome: 'passed', type: '', message: '', note };
}

function skipped(about: About, message: string): JunitCase {
  return { ...about, outcome: 'skipped', type: '', message, note: '' };
}

function spoken({ say, name, format, record }: Speech, reason: Reason): string {
  return reasonText({ say, name, format }, reason, record.load?.units);
}

/** Whatever loadkit sees beside a script that is not ours, its verdict is k6's. */
function isLeftToK6({ scenario }: RunRecord): boolean {
  return scenario?.foreign === true && !scenario.strict;
}

function isPass({ judgement }: RunRecord): boolean {
  return judgement?.verdict.exitCode === 0;
}
