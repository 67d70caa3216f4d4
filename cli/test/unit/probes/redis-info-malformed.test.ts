import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRedisInfo, redisInfoValues } from '../../../src/probes/redis-info.ts';
import { slowlogCounter } from '../../../src/probes/redis-slowlog.ts';
import { anyName, damaged, everyExample, longTexts, nativeNames, numberText, speaking } from '../malformed.ts';

const info = [
  '# Server',
  'redis_version:7.0.15',
  'run_id:5a3f0e',
  '# Clients',
  'connected_clients:3',
  'blocked_clients:1',
  'used_memory:1048576',
  'total_commands_processed:1234',
  'role:master',
  'slave0:ip=127.0.0.1,port=6380,state=online,offset=90,lag=0',
  'master_repl_offset:100',
  'cmdstat_get:calls=21,usec=175,usec_per_call=8.33,rejected_calls=0,failed_calls=0',
  'errorstat_ERR:count=2',
  'latency_percentiles_usec_get:p50=1.003,p99=5.023,p99.9=9.023',
].join('\r\n');
const texts = fc.oneof(
  damaged(fc.constant(info)),
  fc
    .array(
      fc.tuple(
        fc.constantFrom('', 'cmdstat_', 'errorstat_', 'slave', 'latency_percentiles_usec_'),
        anyName,
        numberText,
      ),
    )
    .map((lines) =>
      lines
        .map(([begin, name, value]) => `${begin}${name}:calls=${value},usec=${value},count=${value},p99=${value}`)
        .join('\n'),
    ),
  numberText.map(
    (number) => `used_memory:${number}\nmaster_repl_offset:${number}\nrole:master\nslave0:offset=${number}`,
  ),
);

test('any answer to INFO gives finite values, and none where there is none', () => {
  everyExample(texts, (text) => {
    const values = speaking(redisInfoValues(parseRedisInfo(text)));
    for (const [key, value] of Object.entries(values)) expect([key, Number.isFinite(value)]).toEqual([key, true]);
  });
});

test('a field without a number is left out, never zero', () => {
  for (const text of ['', ' ', '-', '0x10', '1_0', 'yes', '1e999']) {
    expect(redisInfoValues(parseRedisInfo(`used_memory:${text}\r\ncmdstat_get:calls=${text}`))).toEqual({});
  }
});

test('a command with the name of what every object has is counted', () => {
  for (const name of nativeNames) {
    const values = redisInfoValues(parseRedisInfo(`cmdstat_${name}:calls=3`));
    expect(values).toEqual({ [`redis_command_calls{command:${name}}`]: 3 });
  }
});

test('a very long answer, and one with a hundred thousand replicas, is read', () => {
  for (const text of longTexts(['', 'cmdstat_a:', 'used_memory:'], [''])) redisInfoValues(parseRedisInfo(text));
  const replicas = Array.from({ length: 200_000 }, (_, index) => `slave${index}:offset=${index + 5}`);
  const values = redisInfoValues(parseRedisInfo(['role:master', 'master_repl_offset:9', ...replicas].join('\n')));
  expect(values).toEqual({ redis_replication_lag_bytes: 4 });
});

const readings = fc.array(
  fc.record({
    runId: fc.constantFrom('', 'a', 'b'),
    newestId: fc.oneof(fc.constant(null), fc.nat(300)),
    length: fc.nat(128),
  }),
);

test('the total of the slow log is never negative, whatever the server says', () => {
  everyExample(readings, (list) => {
    const count = slowlogCounter();
    for (const reading of list) expect(count(reading)).toBeGreaterThanOrEqual(0);
  });
});

test('a slow log that begins anew counts from its new beginning, with and without INFO', () => {
  for (const runIds of [
    ['a', 'b'],
    ['', ''],
  ]) {
    const count = slowlogCounter();
    const [before = '', after = ''] = runIds;
    expect(count({ runId: before, newestId: null, length: 0 })).toBe(0);
    expect(count({ runId: before, newestId: 500, length: 1 })).toBe(1);
    expect(count({ runId: after, newestId: 2, length: 3 })).toBe(3);
  }
});

test('an INFO that is refused once is no new start of the slow log', () => {
  const count = slowlogCounter();
  count({ runId: 'a', newestId: null, length: 0 });
  count({ runId: 'a', newestId: 500, length: 1 });
  expect(count({ runId: '', newestId: 500, length: 1 })).toBe(1);
  expect(count({ runId: 'a', newestId: 501, length: 2 })).toBe(2);
});
