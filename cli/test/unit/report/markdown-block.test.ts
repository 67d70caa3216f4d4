import { describe, expect, it } from 'vitest';
import { charts, findings, subheading } from '../../../src/report/block.ts';
import { builtFinding, builtGroup, markdownOf } from './built-view.ts';

describe('in Markdown', () => {
  it('a subheading stands below the heading of its section', () => {
    expect(markdownOf([subheading('병목 분석')])).toContain('\n## heading\n\n### 병목 분석\n\n');
  });

  it('a finding has its outcome and confidence beside its title, then its sentence, evidence and lists', () => {
    const text = markdownOf([findings([builtFinding])]);
    expect(text).toContain('**커넥션 풀** — 문제 · 확신도 높음\n\n커넥션을 기다린 시간이 길다.\n\n| ');
    expect(text).toMatch(/\| mysql_pool_waiting +\| +12건 \| \+10초 – \+20초 +\| 평소 0건 +\|/);
    expect(text).toMatch(/\| mysql_pool_in_use +\| +16 \| — +\| — +\|/);
    expect(text).toContain('배제한 원인:\n\n- MySQL의 락 대기: 0건\n\n');
    expect(text).toContain('더 확실히 하려면:\n\n- 풀을 32로 늘려 다시 잰다.\n\n');
  });

  it('a finding without evidence, confidence or lists leaves no empty table or list behind', () => {
    const bare = { ...builtFinding, confidenceText: null, evidence: [], ruledOut: [], surer: [] };
    const text = markdownOf([findings([bare])]);
    expect(text).toContain('**커넥션 풀** — 문제\n\n커넥션을 기다린 시간이 길다.\n\n---');
    expect(text).not.toMatch(/배제|확실히|\|/);
  });

  it('a chart is an image beside the report with what it shows as its text', () => {
    const text = markdownOf([charts(builtGroup())]);
    expect(text).toContain('![초당 처리 건수. 평균 100건, 최대 120건.](charts/charts-throughput.png)\n\n');
    expect(text).toContain('![응답 시간 분포. 대부분 5ms 이내.](charts/charts-distribution.png)\n\n');
    expect(text).toContain('- Redis의 값이 없어 그리지 않았다.\n');
  });

  it('a chart without an image is told in words', () => {
    const text = markdownOf([charts(builtGroup())], false);
    expect(text).toContain('- 초당 처리 건수. 평균 100건, 최대 120건.\n');
    expect(text).not.toMatch(/!\[|\.png/);
  });

  it('a chart without a single value is told in words, and gets no image', () => {
    const [chart] = builtGroup().charts;
    if (chart === undefined) throw new Error('a built group has a chart');
    const lines = chart.lines.map((line) => ({ ...line, values: line.values.map(() => Number.NaN) }));
    const text = markdownOf([charts(builtGroup({ charts: [{ ...chart, lines }] }))]);
    expect(text).toContain('- 초당 처리 건수. 평균 100건');
    expect(text).not.toContain('charts-throughput.png');
  });

  it('a name of a stranger stays one part of a path, and two charts never share one', () => {
    const [chart] = builtGroup().charts;
    if (chart === undefined) throw new Error('a built group has a chart');
    const strange = { ...chart, id: '../../etc/](x) <b>' };
    const text = markdownOf([charts(builtGroup({ charts: [strange, { ...strange }], distributions: [] }))]);
    expect([...text.matchAll(/\]\((charts\/[^)]*)\)/g)].map(([, path]) => path)).toEqual([
      'charts/charts--etc-x-b-.png',
      'charts/charts--etc-x-b--2.png',
    ]);
  });

  it('words of strangers in findings and charts are no markup', () => {
    const evil = '<img src=x onerror=1>|`**b**[l](javascript:1)](x) ![i](y)\n# next\u001B[31m';
    const [row] = builtFinding.evidence;
    if (row === undefined) throw new Error('a built finding has evidence');
    const finding = {
      ...builtFinding,
      ...{ title: evil, outcomeText: evil, confidenceText: evil, text: evil, ruledOut: [evil], surer: [evil] },
      evidence: [{ ...row, metric: evil, value: evil, window: evil, comparedWith: evil }],
    };
    const [chart] = builtGroup().charts;
    if (chart === undefined) throw new Error('a built group has a chart');
    const group = builtGroup({
      ...{ id: evil, title: evil, notes: [evil] },
      charts: [{ ...chart, title: evil, alt: evil }],
    });
    for (const withImages of [true, false]) {
      const text = markdownOf([subheading(evil), findings([finding]), charts(group)], withImages);
      const plain = text.replace(/!\[(?:\\.|[^\]\\])*\]\(charts\/[\w.-]+\)/g, '');
      for (const sign of [/(?<!\\)<img/, /(?<!\\)`/, /(?<!\\)\[[li]/, /^# next/m]) expect(plain).not.toMatch(sign);
      expect(text).not.toContain('\u001B');
      const bars = text.split('\n').filter((line) => line.startsWith('|'));
      expect(new Set(bars.map((line) => line.replaceAll('\\|', '').split('|').length)).size).toBe(1);
    }
  });
});
