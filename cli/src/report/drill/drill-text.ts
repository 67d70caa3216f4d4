import type { Assessment } from '../../record/drill.ts';
import { detailValues, type Speech } from '../detail-format.ts';
import { failureKinds } from '../failure-measure.ts';
import { reasonText } from '../reason-text.ts';
import { toldFrom } from '../run-finding.ts';
import type { DrillVariant } from './drill-variant.ts';
import { type DrilledRun, trusted } from './drilled-run.ts';

/** `만료 없는 락의 소유자 사망`; the id where it has no name. */
export function faultName({ name }: Pick<Speech, 'name'>, fault: string): string {
  return name('fault', fault);
}

/** What was done against the fault; the strategies of section 5 have their names there. */
export function mitigationName({ say, has }: Pick<Speech, 'say' | 'has'>, mitigation: string | null): string {
  if (mitigation === null) return say('drill.no-mitigation');
  const key = ['mitigation', 'strategy'].map((kind) => `${kind}.${mitigation}`).find(has);
  return key === undefined ? mitigation : say(key);
}

export function variantName(speech: Speech, { fault, mitigation }: Pick<DrillVariant, 'fault' | 'mitigation'>): string {
  const name = faultName(speech, fault);
  if (mitigation === null) return name;
  return speech.say('drill.variant', { fault: name, mitigation: mitigationName(speech, mitigation) });
}

export function signalName({ name }: Pick<Speech, 'name'>, signal: string): string {
  const [kind = '', subject] = signal.split(/:(.*)/s);
  const known = name('signal', kind);
  if (subject === undefined || subject === '') return known;
  // A backlog is named as its line in the charts is, wrong data as the invariant that is violated.
  const kinds = kind === 'wrong' ? ['invariant'] : ['chart-line', 'signal-subject'];
  const named = kinds.map((one) => name(one, subject)).find((text) => text !== subject);
  return `${known} (${named ?? subject})`;
}

/** `L2 → L1`, of the row's estimate where the drill has none of its own. */
export function levelChange(speech: Speech, one: DrilledRun): string {
  return speech.say('drill.change', { before: estimatedLevel(one), after: levelText(speech, one) });
}

export function estimatedLevel({ drill }: DrilledRun): string {
  return drill.estimate.level ?? failureKinds.find(({ id }) => id === drill.failure)?.level ?? '—';
}

export function levelText({ say }: Pick<Speech, 'say'>, one: DrilledRun): string {
  return say(`drill-level.${trusted(one)?.level ?? 'undetermined'}`);
}

/** The rule that the level rests on, with what it compared: by the name of what it measures, for its thresholds may be anybody's. */
export function clauseText(speech: Speech, one: DrilledRun): string {
  const { clause = null, withoutMitigation = null } = trusted(one) ?? {};
  if (withoutMitigation === 'missing') return speech.say('clause.no-comparison');
  if (clause === null) return '—';
  const { id, values } = clause;
  const key = `clause.${values.measure ?? id}`;
  if (!speech.has(key)) return speech.say('drill.clause', listed(clause));
  const { api, signal, violations } = values;
  return speech.say(key, {
    ...detailValues(speech, values, toldFrom(one.run.record)),
    ...(api === undefined ? {} : { api: apiNames([one], String(api).split(', ')) }),
    ...(signal === undefined ? {} : { signal: signalName(speech, String(signal)) }),
    ...(violations === undefined ? {} : { violations: countText(speech, violations) }),
  });
}

/** `POST /api/orders, POST /api/coupons/{userId}`: as the scenarios of these drills call the APIs; the name tag of one that they do not name. */
export function apiNames(drills: readonly DrilledRun[], names: readonly string[]): string {
  const endpoints = drills.flatMap(({ run }) => run.record.scenario?.endpoints ?? []);
  return names.map((api) => endpoints.find(({ name }) => name === api)?.label ?? api).join(', ');
}

function countText({ format, say }: Speech, value: string | number): string {
  return typeof value === 'number' ? format.count(value) : say('drill.unknown');
}

/** Why its times and its level are not to be trusted, in the words of a verdict's reasons; empty where they are. */
export function doubtTexts(speech: Speech, one: DrilledRun): string[] {
  const { assessment } = one.drill;
  if (assessment === null) return [speech.say('drill.not-assessed')];
  return assessment.doubts.map((doubt) =>
    speech.has(`reason.${doubt.id}`) ? reasonText(speech, doubt) : speech.say('drill.doubt', listed(doubt)),
  );
}

/** An identifier that has no sentence, of a newer loadkit or of a rule file of somebody's own. */
function listed({ id, values }: Assessment['doubts'][number]): { id: string; values: string } {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return { id, values: pairs.length === 0 ? '—' : pairs.join(', ') };
}
