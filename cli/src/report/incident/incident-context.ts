import { type Assessment, type HurtName, hurtIn, type Moments } from '../../record/drill.ts';
import { missedId } from '../drill/drill-time.ts';
import type { DrilledRun } from '../drill/drilled-run.ts';
import type { SectionContext } from '../section-context.ts';

/** What a section of an incident report is made from: one drill. */
export interface IncidentContext extends SectionContext {
  readonly one: DrilledRun;
  /** Null: its times and its level are not to be trusted, and none is given. */
  readonly assessment: Assessment | null;
}

/** Moment that the others are told from: the fault stood, or was asked for. Null: it never was. Epoch milliseconds. */
export function injectedAt({ one: { drill }, assessment }: IncidentContext): number | null {
  return assessment?.moments.injectedAt ?? drill.injection?.injectedAt ?? drill.injection?.startedAt ?? null;
}

/** `+1.2초` since the fault stood. */
export function sinceInjection(context: IncidentContext, at: number): string {
  const from = injectedAt(context);
  if (from === null) return '—';
  const seconds = Math.round((at - from) / 100) / 10;
  return context.say('unit.since-start', { seconds: `${seconds < 0 ? '−' : '+'}${Math.abs(seconds).toFixed(1)}` });
}

/** The time of the day with its distance from the injection, or in words why there is none. */
export function momentText(context: IncidentContext, id: keyof Moments): string {
  const { assessment, one, say, format } = context;
  if (assessment === null) return say('drill.untrusted');
  const at = assessment.moments[id];
  if (id === 'drainedAt' && neverRose(assessment)) return say('incident.never-rose');
  if (at === null) return say(absent(context, id));
  const { timeZone } = one.run.record;
  return say('incident.moment', { clock: format.clock(at, timeZone), since: sinceInjection(context, at) });
}

/** A backlog that was as before all the time is drained from the injection on. */
export function neverRose({ moments: { drainedAt, injectedAt: from } }: Assessment): boolean {
  return drainedAt !== null && drainedAt === from;
}

/** What a missing moment means. */
function absent({ assessment, one }: IncidentContext, id: keyof Moments): string {
  const isFelt = assessment !== null && assessment.moments.impactAt !== null;
  const isHurt = (name: HurtName) => assessment !== null && hurtIn(assessment).includes(name);
  if (id === 'detectedAt') return assessment !== null && isFelt ? missedId(assessment) : 'incident.no-alarm';
  if (id === 'notifiedAt') return 'incident.not-notified';
  if (id === 'mitigatedAt') {
    if (one.drill.response !== null) return 'incident.not-responded';
    return one.drill.mitigation === null ? 'incident.not-mitigated' : 'incident.mitigated-before';
  }
  if (id === 'impactAt') return 'drill.no-impact';
  if (id === 'restoredAt' && isFelt && !isHurt('answers')) return 'incident.answers-good';
  if (id === 'drainedAt' && isHurt('backlog')) return 'drill.not-recovered';
  if (id === 'restoredAt') return isFelt ? 'drill.not-recovered' : 'drill.no-impact';
  if (id === 'drainedAt') return 'incident.not-drained';
  return id === 'consistentAt' ? 'incident.not-consistent' : 'incident.cannot-say';
}
