import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { postAlarm } from '../../src/pipeline/notification.ts';
import { systemClock } from '../../src/system/clock.ts';

const alarm = { signal: 'answers', t: 1, rule: 'cusum', value: 13, limit: 12 } as const;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function receiver(status: number, seen: string[] = []): Promise<string> {
  const server = createServer(async (request: IncomingMessage, response) => {
    seen.push(await text(request));
    response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end('ok');
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/hook`;
}

describe('an alarm that is posted', () => {
  test("arrives in Slack's format, with the time that it took", async () => {
    const seen: string[] = [];
    const sent = await postAlarm(await receiver(200, seen), alarm, 'answers are bad', systemClock);
    expect(seen.map((body) => JSON.parse(body))).toEqual([{ text: 'answers are bad' }]);
    expect(sent).toMatchObject({ channel: 'webhook', signal: 'answers', error: null });
    expect(sent.deliveredAt).toBeGreaterThanOrEqual(sent.sentAt);
  });

  test.each([
    ['is refused', 500, /answered 500/],
    ['is sent elsewhere', 302, /redirect|fetch failed/],
  ])('is not delivered where it %s', async (_, status, why) => {
    const sent = await postAlarm(await receiver(status), alarm, 'x', systemClock);
    expect(sent.deliveredAt).toBeNull();
    expect(sent.error).toMatch(why);
  });

  test('is not delivered where nobody listens, and nothing is thrown', async () => {
    const sent = await postAlarm('http://127.0.0.1:1/', alarm, 'x', systemClock);
    expect(sent.deliveredAt).toBeNull();
    expect(sent.error).not.toBeNull();
  });
});
