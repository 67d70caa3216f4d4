import { describe, expect, it } from 'vitest';
import { parseRedisInfo, redisInfoValues } from '../../../src/probes/redis-info.ts';
import { slowlogCounter } from '../../../src/probes/redis-slowlog.ts';

const values = (...lines: string[]) => redisInfoValues(parseRedisInfo(lines.join('\r\n')));

describe("Redis' INFO", () => {
  it('gives calls, time and p99 of each command in milliseconds', () => {
    expect(
      values(
        '# Commandstats',
        'cmdstat_evalsha:calls=3,usec=1500,usec_per_call=500.00,rejected_calls=0,failed_calls=0',
        'cmdstat_xinfo|groups:calls=1,usec=20,usec_per_call=20.00,rejected_calls=0,failed_calls=0',
        'latency_percentiles_usec_evalsha:p50=1.003,p99=43.007,p99.9=53.247',
        'errorstat_WRONGTYPE:count=2',
      ),
    ).toEqual({
      'redis_command_calls{command:evalsha}': 3,
      'redis_command_ms{command:evalsha}': 1.5,
      'redis_command_p99_ms{command:evalsha}': 0.043007,
      'redis_command_calls{command:xinfo|groups}': 1,
      'redis_command_ms{command:xinfo|groups}': 0.02,
      'redis_errors{error:WRONGTYPE}': 2,
    });
  });

  it('leaves out what is not there instead of writing 0', () => {
    expect(values('blocked_clients:4', 'used_memory:')).toEqual({ redis_blocked_clients: 4 });
  });

  it('gives the lag of the slowest replica, and none without replicas', () => {
    const replica = (n: number, offset: number) => `slave${n}:ip=127.0.0.1,port=1,state=online,offset=${offset},lag=0`;
    expect(values('role:master', 'master_repl_offset:500', replica(0, 480), replica(1, 300))).toEqual({
      redis_replication_lag_bytes: 200,
    });
    expect(values('role:master', 'master_repl_offset:500')).toEqual({});
    expect(values('role:slave', 'master_repl_offset:500')).toEqual({});
  });
});

describe('the total of slow-log entries', () => {
  const reading = (newestId: number | null, length: number, runId = 'a') => ({ runId, newestId, length });

  it('goes on when the log has reached its full length', () => {
    const count = slowlogCounter();
    expect([count(reading(127, 128)), count(reading(200, 128)), count(reading(350, 128))]).toEqual([128, 201, 351]);
  });

  it('does not count entries from before a log that was empty at first', () => {
    const count = slowlogCounter();
    expect([count(reading(null, 0)), count(reading(902, 2)), count(reading(904, 4))]).toEqual([0, 2, 4]);
  });

  it('stays when the log is reset', () => {
    const count = slowlogCounter();
    expect([count(reading(4, 5)), count(reading(null, 0)), count(reading(6, 2))]).toEqual([5, 5, 7]);
  });

  it('goes back when the server was started anew', () => {
    const count = slowlogCounter();
    expect([count(reading(4, 5)), count(reading(null, 0, 'b')), count(reading(0, 1, 'b'))]).toEqual([5, 0, 1]);
  });
});
