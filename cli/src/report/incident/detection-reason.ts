import { type Assessment, begunAt, type Detection, notifies } from '../../record/drill.ts';
import { firstSignal } from '../drill/drill-overview.ts';
import { signalName } from '../drill/drill-text.ts';
import { lengthText } from '../drill/drill-time.ts';
import type { IncidentContext } from './incident-context.ts';

/** Why it was not noticed sooner, as far as the record says: never a guess. */
export function detectionReasons(context: IncidentContext): string[] {
  const { say, assessment, one } = context;
  const found = one.drill.detection;
  if (found === null) return [say('incident.no-detector')];
  if (found.error !== null) return [say('incident.detector-failed', { error: found.error })];
  if (found.readyAt === null) return [say('incident.detector-not-ready')];
  if (assessment === null) return [say('incident.why-untold')];
  return [
    ...noticed(context, assessment, found),
    ...silent(context, found),
    ...unread(context, found),
    ...burnRate(context, assessment, found),
    ...notified(context),
    ...placebo(context),
  ];
}

function noticed(context: IncidentContext, { moments, ttdMs }: Assessment, { signals }: Detection): string[] {
  const { say, one } = context;
  if (moments.impactAt === null) {
    const isWrong = one.run.record.invariants.some(({ outcome }) => outcome === 'violated');
    return [say(isWrong && moments.detectedAt === null ? 'incident.why-only-data' : 'incident.why-no-impact')];
  }
  if (moments.detectedAt === null) return [say('incident.why-none', { count: signals.length })];
  const values = { signal: firstSignal(context, context.one), time: lengthText(context, ttdMs) };
  return [say(ttdMs !== null && ttdMs < 0 ? 'incident.why-before' : 'incident.why-cadence', values)];
}

/** Streams that were watched and saw nothing of it. */
function silent(context: IncidentContext, { signals, alarms }: Detection): string[] {
  const from = begunAt(context.one.drill) ?? Number.NEGATIVE_INFINITY;
  const loud = new Set(alarms.filter((alarm) => alarm.t >= from && notifies(alarm)).map(({ signal }) => signal));
  const names = signals.filter(({ name }) => !loud.has(name)).map(({ name }) => signalName(context, name));
  if (names.length === 0 || loud.size === 0) return [];
  return [context.say('incident.why-silent', { signals: names.join(', ') })];
}

function unread({ say, format }: IncidentContext, { readings: { made, failed } }: Detection): string[] {
  if (failed === 0) return [];
  return [say('incident.why-unread', { made: format.count(made), failed: format.count(failed) })];
}

/** What readers know from elsewhere, beside what was used here. */
function burnRate(context: IncidentContext, { moments }: Assessment, { alarms }: Detection): string[] {
  const { say, format } = context;
  const { impactAt } = moments;
  if (impactAt === null) return [];
  const times = alarms.filter(({ rule, t }) => rule === 'burn-rate' && t >= impactAt).map(({ t }) => t - impactAt);
  if (times.length === 0) return [say('incident.burn-never')];
  return [say('incident.burn-at', { time: format.span(Math.min(...times)) })];
}

function notified({ say, format, one }: IncidentContext): string[] {
  const { notifications, assessment } = one.drill;
  return notifications.slice(0, 1).map(({ channel, sentAt, deliveredAt, error }) => {
    const name = say(`channel.${channel}`);
    return deliveredAt === null
      ? say('incident.why-undelivered', { channel: name, error: error ?? '—' })
      : say('incident.why-notified', {
          channel: name,
          time: format.span(deliveredAt - (assessment?.moments.detectedAt ?? sentAt)),
        });
  });
}

/** Whether the same detector was quiet while nothing was broken. */
function placebo({ say, one }: IncidentContext): string[] {
  const { placebo: found } = one.drill;
  if (found === null) return [say('incident.no-placebo')];
  return [say('incident.placebo', { run: found.run, count: found.alarms })];
}
