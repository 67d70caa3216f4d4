import { describe, expect, it } from 'vitest';
import { parsePrometheusText } from '../../../src/probes/prometheus-text.ts';

const parse = (...lines: string[]) => parsePrometheusText(lines.join('\n'));

describe('the Prometheus text format', () => {
  it('is read with and without labels, timestamps and comments', () => {
    const { samples, unreadable } = parse(
      '# HELP http_requests_total All of them.',
      '# TYPE http_requests_total counter',
      'http_requests_total{method="post",code="200"} 1027 1395066363000',
      'up 1',
      '',
      '  spaced { a = "1" , b="2" , }   -2.5e-3',
      '# EOF',
    );
    expect(unreadable).toBe(0);
    expect(samples).toEqual([
      { name: 'http_requests_total', labels: { method: 'post', code: '200' }, value: 1027 },
      { name: 'up', labels: {}, value: 1 },
      { name: 'spaced', labels: { a: '1', b: '2' }, value: -0.0025 },
    ]);
  });

  it('unescapes label values, also ones that hold braces, commas and quotes', () => {
    const { samples } = parse('m{path="C:\\\\dir\\n",say="\\"a},{b=\\"\\"",plain="x}y"} 3');
    expect(samples[0]?.labels).toEqual({ path: 'C:\\dir\n', say: '"a},{b=""', plain: 'x}y' });
  });

  it('reads NaN and infinities', () => {
    const { samples } = parse('a NaN', 'b +Inf', 'c -Inf', 'd Infinity');
    expect(samples.map(({ value }) => value)).toEqual([Number.NaN, Infinity, -Infinity, Infinity]);
  });

  it('drops an exemplar', () => {
    const { samples } = parse('h_bucket{le="0.5"} 17 # {trace_id="x"} 0.43 1.5');
    expect(samples).toEqual([{ name: 'h_bucket', labels: { le: '0.5' }, value: 17 }]);
  });

  it('counts what it cannot read and keeps the rest', () => {
    const { samples, unreadable } = parse('<html>', 'm{a="1" 3', 'm{a=1} 3', 'm', 'm 12x', '0m 1', 'good 1');
    expect(samples.map(({ name }) => name)).toEqual(['good']);
    expect(unreadable).toBe(6);
  });
});
