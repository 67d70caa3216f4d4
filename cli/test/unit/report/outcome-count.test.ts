import { describe, expect, it } from 'vitest';
import { indexSeries } from '../../../src/record/series-index.ts';
import { countOutcomes } from '../../../src/report/outcome-count.ts';
import { loadStart } from '../judge/built-run.ts';

function counted(counters: Readonly<Record<string, number>>) {
  const times = { from: loadStart, t: loadStart + 1_000 };
  const line = { kind: 'load' as const, ...times, instance: 0, counters: { ...counters }, gauges: {}, histograms: {} };
  return countOutcomes(indexSeries([line]));
}

const answered = (status: number) => `http_reqs{expected_response:${status < 500},name:create_order,status:${status}}`;

describe('requests by outcome', () => {
  it('are told apart by status, and those of a wrong content are counted beside it', () => {
    const counts = counted({
      [answered(201)]: 90,
      [answered(200)]: 4,
      [answered(409)]: 5,
      [answered(500)]: 1,
      'bad_answers.total{condition:nonzero,name:create_order,status:200}': 4,
      'bad_answers.total{condition:zero,name:create_order,status:201}': 90,
    });
    expect(counts?.get('create_order')).toMatchObject({
      ...{ requests: 100, success: 94, rejected: 5, failed: 1, bad: 4 },
      successes: [
        { status: 200, count: 4 },
        { status: 201, count: 90 },
      ],
    });
  });

  it('are none of a name under which nothing was sent', () => {
    expect(counted({ 'bad_answers.total{condition:nonzero,name:other,status:200}': 4 })?.size).toBe(0);
  });
});
