import { describe, expect, it } from 'vitest';
import { measuredValue } from '../../../src/report/measured-value.ts';
import { numberFormat } from '../../../src/report/number-format.ts';
import { shellLine } from '../../../src/report/shell-line.ts';

const ko = numberFormat('ko');

describe('a figure', () => {
  it.each([
    [ko.count(29_527), '29,527건'],
    [ko.time(5.09), '5.09ms'],
    [ko.time(1_880), '1.88초'],
    [ko.time(999.999), '1.00초'],
    [ko.share(0), '0.00%'],
    [ko.share(1), '100.00%'],
    [ko.rate(486.42), '486.42 TPS'],
    [ko.span(60_000), '60초'],
    [ko.span(689), '689ms'],
    [ko.span(1_500), '1.5초'],
    [numberFormat('en').count(29_527), '29,527'],
    [numberFormat('en').time(1_880), '1.88s'],
  ])('%s is written %s', (written, expected) => expect(written).toBe(expected));

  it('that is not zero is never written as zero, nor one that is not all as all', () => {
    expect(ko.share(3 / 1_000_000)).toBe('<0.01%');
    expect(ko.share(1 - 3 / 1_000_000)).toBe('>99.99%');
    expect(ko.time(0.001)).toBe('<0.01ms');
  });

  it('that was not measured is a dash', () => {
    for (const figure of [ko.count(null), ko.time(Number.NaN), ko.share(null), ko.rate(null), ko.plain(Infinity)]) {
      expect(figure).toBe('—');
    }
  });

  it('of a time in a zone that this machine does not know is still a time', () => {
    expect(ko.moment(0, 'Mars/Olympus')).toBe('1970-01-01T00:00:00.000Z');
    expect(ko.moment(Number.MAX_VALUE, 'Asia/Seoul')).toBe('—');
  });
});

describe('a measured value has the unit of its metric', () => {
  it.each([
    ['http_req_duration{name:x}', 'p(95)<300', 189.575, '189.58ms'],
    ['http_req_failed{name:x}', 'rate<0.01', 0.004, '0.40%'],
    ['http_reqs', 'rate>100', 486.42, '486.42/s'],
    ['dropped_iterations', 'count==0', 1_344, '1,344'],
    ['redis_ping_ms', 'max<500', 1.374, '1.37ms'],
    ['redis_used_memory_bytes', 'max<1e9', 2_048, '2,048 B'],
    ['host_cpu_steal_ratio', 'max<0.1', 0.025, '2.50%'],
    ['nodejs_eventloop_lag_seconds', 'max<0.1', 0.012, '12.00ms'],
    ['kafka_consumer_lag{group:point-accrual}', 'last==0', 12, '12'],
    ['mysql_deadlocks', 'count==0', null, '—'],
    ['constructor', 'max<1', 3, '3'],
  ])('%s %s', (metric, expression, value, written) => {
    expect(measuredValue(metric, expression, value, ko)).toBe(written);
  });
});

it('the command that repeats a run is quoted where a shell would take it apart', () => {
  expect(shellLine(['loadkit', 'run', 'coupon', '-e', "NAME=it's $HOME"])).toBe(
    `loadkit run coupon -e 'NAME=it'\\''s $HOME'`,
  );
});
