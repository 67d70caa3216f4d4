import { describe, expect, it } from 'vitest';
import { heap } from '../../../src/analyze/heap.ts';
import type { Curve } from '../judge/built-run.ts';
import { counting, flat, noise, serverInput, shortLoad } from './server-input.ts';
import { spoken } from './spoken.ts';

const mb = 1024 ** 2;
const used = 'nodejs_heap_size_used_bytes{process:api}';
const rss = 'process_rss_bytes{process:api}';
const minor = 'nodejs_gc_duration_seconds_sum{kind:minor,process:api}';
const majors = 'nodejs_gc_duration_seconds_count{kind:major,process:api}';
const minors = 'nodejs_gc_duration_seconds_count{kind:minor,process:api}';

const found = (curves: Readonly<Record<string, Curve>>, changes = {}) =>
  spoken(heap.analyze(serverInput(curves, changes)));

/** Up by 4 MB a second, down again every eight. */
const teeth: Curve = (second) => (30 + 4 * ((second + 8) % 8) + noise(second)) * mb;
const quiet = { [used]: teeth, [rss]: flat(130 * mb), [minor]: counting(0.002), [minors]: counting(1) };
const leaking: Curve = (second) => (teeth(second) ?? 0) + second * mb;

describe('the heap speaks', () => {
  it('of a leak where its lowest readings keep growing over full collections', () => {
    const finding = found({ ...quiet, [used]: leaking, [majors]: counting(0.2) });
    expect(finding).toMatchObject({
      outcome: 'problem',
      confidence: 'medium',
      detail: { rule: 'leak', process: 'api' },
      evidence: [{ metric: used, unit: 'bytes', comparedWith: { what: 'lowest-before' } }],
    });
    expect(Number(finding.detail.perMinuteBytes) / mb).toBeCloseTo(60, -1);
  });

  it('of a collector that takes a tenth of the time', () => {
    expect(found({ ...quiet, [minor]: counting(0.15) })).toMatchObject({
      outcome: 'problem',
      confidence: 'high',
      detail: { rule: 'gc', process: 'api' },
    });
  });

  it('of memory outside of the heap', () => {
    const finding = found({ ...quiet, [rss]: (second) => (130 + 5 * Math.max(0, second)) * mb });
    expect(finding).toMatchObject({ outcome: 'problem', detail: { rule: 'rss-growth' } });
  });

  it('of a Java service, whose heap has several parts', () => {
    const part = (id: string) => `jvm_memory_used_bytes{area:heap,id:${id},process:api}`;
    const pause = (what: string, action: string) => `jvm_gc_pause_seconds_${what}{action:${action},process:api}`;
    const curves = {
      [part('Eden')]: teeth,
      [part('Old')]: (second: number) => (100 + 2 * second) * mb,
      'jvm_memory_used_bytes{area:nonheap,id:Metaspace,process:api}': flat(90 * mb),
      [pause('sum', 'end of minor GC')]: counting(0.01),
      [pause('count', 'end of minor GC')]: counting(1),
    };
    expect(found(curves)).toMatchObject({ outcome: 'insufficient-data', detail: { rule: 'few-collections' } });
    expect(found({ ...curves, [pause('count', 'end of major GC')]: counting(0.1) }).detail.rule).toBe('leak');
  });
});

describe('the heap is silent', () => {
  it('on the teeth of a saw, and on a heap that stopped growing', () => {
    expect(found({ ...quiet, [majors]: counting(0.2) })).toMatchObject({ outcome: 'ok', detail: { process: 'api' } });
    const warm: Curve = (second) => (teeth(second) ?? 0) + 40 * mb * (1 - Math.exp(-Math.max(0, second) / 8));
    expect(found({ ...quiet, [used]: warm, [majors]: counting(0.2) }).outcome).toBe('ok');
  });

  it('on a restart, with which heap and counters begin anew', () => {
    const again: Curve = (second) => teeth(second < 30 ? second : second - 30);
    expect(
      found({ ...quiet, [used]: again, [minor]: (s) => (s < 30 ? 5 + s * 0.002 : (s - 30) * 0.002) }).outcome,
    ).toBe('ok');
  });
});

describe('the heap does not say that all is well', () => {
  it('of a growing heap that was never fully collected', () => {
    expect(found({ ...quiet, [used]: leaking })).toMatchObject({
      outcome: 'insufficient-data',
      detail: { rule: 'few-collections', collections: 0 },
    });
  });

  it.each([
    ['where nothing tells of it', {}, {}, 'not-watched'],
    ['after three seconds', quiet, shortLoad(3), 'too-short'],
    ['after thirty seconds', { ...quiet, [used]: leaking, [majors]: counting(1) }, shortLoad(30), 'short-run'],
    ['where most readings failed', { [used]: (second: number) => (second % 4 === 0 ? 30 * mb : null) }, {}, 'gaps'],
  ])('%s', (_, curves, changes, rule) => {
    expect(found(curves, changes)).toMatchObject({ outcome: 'insufficient-data', detail: { rule } });
  });
});
