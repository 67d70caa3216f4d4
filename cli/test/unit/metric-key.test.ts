import { describe, expect, it } from 'vitest';
import { metricKey, parseMetricKey, selects } from '../../src/record/metric-key.ts';
import { seeded } from './stats/seeded-samples.ts';

describe('metric keys', () => {
  it("are k6's notation with the tags in order of their names", () => {
    expect(metricKey('kafka_consumer_lag', { topic: 'order.completed', group: 'point-accrual' })).toBe(
      'kafka_consumer_lag{group:point-accrual,topic:order.completed}',
    );
    expect(metricKey('redis_ping_ms')).toBe('redis_ping_ms');
  });

  it.each(['http://a.b/c?d={e},f', '100%', 'a,b:c', '{}', 'line\nbreak', '쿠폰'])(
    'carry the tag value %j unharmed',
    (value) => {
      expect(parseMetricKey(metricKey('m', { url: value, 'odd:tag': value }))).toEqual({
        name: 'm',
        tags: { url: value, 'odd:tag': value },
      });
    },
  );

  it('carry any text of any characters unharmed', () => {
    const characters = [
      'a',
      '0',
      '%',
      '{',
      '}',
      ',',
      ':',
      ' ',
      '\t',
      '\n',
      '\r',
      '\u00a0',
      '\u3000',
      '"',
      '쿠',
      '4',
      '1',
    ];
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = seeded(seed);
      const text = (least: number) =>
        Array.from({ length: least + Math.floor(random() * 6) }, () => characters[Math.floor(random() * 17)]).join('');
      const tags = { [text(1)]: text(0), [text(1)]: text(0) };
      expect(parseMetricKey(metricKey('m', tags)), `seed ${seed}`).toEqual({ name: 'm', tags });
    }
  });

  it("read k6's selectors with spaces", () => {
    expect(parseMetricKey('http_req_duration{ name:issue_coupon, status:201 }')).toEqual({
      name: 'http_req_duration',
      tags: { name: 'issue_coupon', status: '201' },
    });
  });

  it('select by name and by at least the tags asked for', () => {
    const metric = parseMetricKey('lag{group:a,topic:t}');
    expect(selects(parseMetricKey('lag{group:a}'), metric)).toBe(true);
    expect(selects(parseMetricKey('lag'), metric)).toBe(true);
    expect(selects(parseMetricKey('lag{group:b}'), metric)).toBe(false);
    expect(selects(parseMetricKey('lag{group:a,topic:t,x:1}'), metric)).toBe(false);
    expect(selects(parseMetricKey('other'), metric)).toBe(false);
  });
});
