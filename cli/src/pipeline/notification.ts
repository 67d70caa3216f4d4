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
