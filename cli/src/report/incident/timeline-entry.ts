import type { Alarm, Moments, Notification } from '../../record/drill.ts';
import { signalName } from '../drill/drill-text.ts';
import { signalFigure } from '../drill/signal-figure.ts';
import { type IncidentContext, neverRose } from './incident-context.ts';

/** Something that happened; epoch milliseconds. */
export interface TimelineEntry {
  readonly t: number;
  readonly text: string;
}

/** In the order of time. Of a drill that is not to be trusted only what was done, nothing that was judged. */
export function timelineEntries(context: IncidentContext): TimelineEntry[] {
  const done = [
    ...load(context),
    ...phases(context),
    ...injection(context),
    ...response(context),
    ...repair(context),
    ...events(context),
  ];
  const judged =
    context.assessment === null ? [] : [...moments(context), ...alarms(context), ...notifications(context)];
  return [...done, ...judged].sort((a, b) => a.t - b.t);
}

function load({ one, say }: IncidentContext): TimelineEntry[] {
  const found = one.run.record.load;
  if (found === null) return [];
  return [
    { t: found.startedAt, text: say('incident.load-began') },
    { t: found.endedAt, text: say('incident.load-ended') },
  ];
}

function phases({ one, say }: IncidentContext): TimelineEntry[] {
  return one.drill.phases.map(({ name, startedAt }) => ({ t: startedAt, text: say(`drill-phase.${name}`) }));
}

function response({ one, say }: IncidentContext): TimelineEntry[] {
  const { endedAt = null, exitCode = null } = one.drill.response ?? {};
  return endedAt === null ? [] : [{ t: endedAt, text: say('incident.response-ended', { code: exitCode ?? '—' }) }];
}

function repair({ one, say }: IncidentContext): TimelineEntry[] {
  const phase = one.run.record.phases.find(({ name }) => name === 'repair');
  return phase === undefined ? [] : [{ t: phase.startedAt, text: say('incident.repair-began') }];
}

function injection({ one, say, name }: IncidentContext): TimelineEntry[] {
  const { injection: found } = one.drill;
  if (found === null) return [];
  const facts = factsText({ name }, found.facts);
  return [
    ...(found.injectedAt === null ? [] : [{ t: found.injectedAt, text: say('incident.injected', { facts }) }]),
    ...(found.injectedAt === null && found.error !== null
      ? [{ t: found.startedAt, text: say('incident.inject-failed', { error: found.error }) }]
      : []),
    ...(found.revertedAt === null
      ? []
      : [{ t: found.revertedAt, text: say(`reverted-by.${found.revertedBy ?? 'unknown'}`) }]),
  ];
}

/** `key=coupon:campaign:1:lock, latencyMs=300`; what has a name for readers stands under that. */
export function factsText(
  { name }: Pick<IncidentContext, 'name'>,
  facts: Readonly<Record<string, string | number>>,
): string {
  const pairs = Object.entries(facts).map(([id, value]) => `${name('fact', id)}=${value}`);
  return pairs.length === 0 ? '—' : pairs.join(', ');
}

/** Those that the injection and the alarms do not tell. */
const told = [
  'impactAt',
  'detectedAt',
  'mitigatedAt',
  'restoredAt',
  'drainedAt',
  'consistentAt',
] as const satisfies ReadonlyArray<keyof Moments>;

function moments({ assessment, say }: IncidentContext): TimelineEntry[] {
  if (assessment === null) return [];
  return told.flatMap((id) => {
    const t = assessment.moments[id];
    if (t === null || (id === 'drainedAt' && neverRose(assessment))) return [];
    const by = id === 'impactAt' ? (assessment.impactBy ?? 'answers') : 'answers';
    return [{ t, text: say(by === 'answers' ? `incident-at.${id}` : `incident-at.impact-${by}`) }];
  });
}

/** The first of each stream and rule. */
function alarms(context: IncidentContext): TimelineEntry[] {
  const first = new Map<string, Alarm>();
  for (const alarm of context.one.drill.detection?.alarms ?? []) {
    const key = JSON.stringify([alarm.signal, alarm.rule]);
    const former = first.get(key);
    if (former === undefined || alarm.t < former.t) first.set(key, alarm);
  }
  const { say, format } = context;
  return [...first.values()].map(({ t, signal, rule, value, limit }) => ({
    t,
    text: say(`alarm.${rule}`, {
      signal: signalName(context, signal),
      // CUSUM and burn rate have their own word for what they count.
      value: rule === 'limit' ? signalFigure(context, signal, value) : format.rounded(value),
      limit: rule === 'limit' ? signalFigure(context, signal, limit) : format.rounded(limit),
    }),
  }));
}

function notifications(context: IncidentContext): TimelineEntry[] {
  const first = new Map<string, Notification>();
  for (const one of context.one.drill.notifications) if (!first.has(one.channel)) first.set(one.channel, one);
  const { say, format } = context;
  return [...first.values()].map(({ sentAt, deliveredAt, channel, signal, error }) => {
    const values = { channel: say(`channel.${channel}`), signal: signalName(context, signal) };
    if (deliveredAt === null)
      return { t: sentAt, text: say('incident.not-delivered', { ...values, error: error ?? '—' }) };
    return { t: sentAt, text: say('incident.notified', { ...values, time: format.span(deliveredAt - sentAt) }) };
  });
}

/** What the entries above tell better, from the record. */
const toldElsewhere: ReadonlySet<string> = new Set([
  'phase',
  'drill-phase',
  'fault-injected',
  'fault-reverted',
  'alarm',
]);

function events({ one, say, has }: IncidentContext): TimelineEntry[] {
  return one.run.series.events
    .filter(({ name }) => !toldElsewhere.has(name))
    .map(({ t, name, subject }) => ({
      t,
      text: has(`chart-mark.${name}`) ? say(`chart-mark.${name}`, { subject }) : `${name} ${subject}`,
    }));
}
