import { tellsAge } from '../record/backlog-metric.ts';
import type { Alarm, Notification } from '../record/drill.ts';
import type { Clock } from '../system/clock.ts';
import { messageOf } from '../system/error.ts';

const timeoutMs = 5_000;

/**
 * Posts an alarm to a webhook in Slack's format (`{ "text": … }`,
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). Never rejects.
 */
export async function postAlarm(url: string, alarm: Alarm, text: string, clock: Clock): Promise<Notification> {
  const sentAt = clock.now();
  const base = { channel: 'webhook' as const, signal: alarm.signal, sentAt };
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.arrayBuffer();
    if (!answer.ok) return { ...base, deliveredAt: null, error: `answered ${answer.status}` };
    return { ...base, deliveredAt: clock.now(), error: null };
  } catch (error) {
    return { ...base, deliveredAt: null, error: messageOf(error) };
  }
}

/** What it is, in a line. */
export function alarmText({ signal, value, limit }: Alarm): string {
  const [, kind = '', subject = ''] = /^([^:]+):(.+)$/.exec(signal) ?? [];
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  switch (kind) {
    case 'backlog':
      return `${subject}: ${tellsAge(subject) ? 'work' : 'more than usual'} has waited for ${seconds(value)} (limit ${seconds(limit)})`;
    case 'backlog-growth':
      return `${subject}: waiting work has piled up for ${seconds(value)} without a break (limit ${seconds(limit)})`;
    case 'unprocessed':
      return `${subject}: ${value} confirmed and not processed in time`;
    case 'wrong':
      return `${subject}: the data are wrong, by ${value}`;
    default:
      return `${signal}: ${value.toFixed(1)} reached the limit of ${limit.toFixed(1)}`;
  }
}
