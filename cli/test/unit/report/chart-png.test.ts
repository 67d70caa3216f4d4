import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { charts } from '../../../src/report/block.ts';
import type { ChartGroup } from '../../../src/report/charts/chart.ts';
import { chartImages } from '../../../src/report/renderers/chart-image.ts';
import { drawCharts } from '../../../src/report/renderers/chart-png.ts';
import { builtGroup, builtView } from './built-view.ts';

const axis = { second: '경과 시간 (초)', count: '응답 수 (건)' };
const draw = (group: ChartGroup) => drawCharts(chartImages(builtView([charts(group)])), axis);
const digest = (png: Buffer) => createHash('sha256').update(png).digest('hex');
const [chart] = builtGroup().charts;
if (chart === undefined) throw new Error('a built group has a chart');
const withValues = (values: Array<number | null>): ChartGroup =>
  builtGroup({
    seconds: values.map((_, second) => second),
    charts: [{ ...chart, lines: [{ id: 'a', label: 'a', role: 'p95', values }] }],
    distributions: [],
  });

describe('the image of a chart', () => {
  it('is a PNG of one size on white ground, and the same bytes for the same chart', async () => {
    const [first, second] = [await draw(builtGroup()), await draw(builtGroup())];
    expect(first.map(({ path }) => path)).toEqual(['charts/charts-throughput.png', 'charts/charts-distribution.png']);
    for (const { png } of first) {
      expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_000, 420]);
      expect(await pixel(png, 2, 2)).toEqual([255, 255, 255, 255]);
    }
    expect(first.map(({ png }) => digest(png))).toEqual(second.map(({ png }) => digest(png)));
  });

  it('does not depend on what was drawn before it', async () => {
    const alone = await draw(builtGroup({ charts: [] }));
    const after = await draw(builtGroup());
    expect(digest(alone[0]?.png ?? Buffer.alloc(0))).toBe(digest(after[1]?.png ?? Buffer.alloc(0)));
  });

  it('is drawn for a single second, for gaps and for figures that are no numbers', async () => {
    for (const values of [[5], [1, null, 3, Number.NaN, Number.POSITIVE_INFINITY, 2]]) {
      const [image] = await draw(withValues(values));
      expect(image?.png.length).toBeGreaterThan(1_000);
    }
  });

  it('shows other values as another picture', async () => {
    const [up] = await draw(withValues([1, 2, 3]));
    const [down] = await draw(withValues([3, 2, 1]));
    expect(up?.png.equals(down?.png ?? Buffer.alloc(0))).toBe(false);
  });

  it('has room for the curve whatever its names are', async () => {
    const long = '<script>|`\u001B[31m'.repeat(60);
    const lines = Array.from({ length: 40 }, (_, index) => ({
      id: `${index}`,
      label: long,
      role: 'plain' as const,
      values: [index, index + 1],
    }));
    const group = builtGroup({
      seconds: [0, 1],
      charts: [{ ...chart, title: long, unit: long, lines }],
      marks: [{ kind: 'event', label: long, from: 0, to: null, anchor: null }],
    });
    const [image] = await draw(group);
    expect(image?.png.length).toBeGreaterThan(5_000);
    expect(image?.png.length).toBeLessThan(400_000);
  });

  it('is one of sixty at most', async () => {
    const many = Array.from({ length: 70 }, (_, index) => ({ ...chart, id: `c${index}` }));
    expect(chartImages(builtView([charts(builtGroup({ charts: many }))]))).toHaveLength(60);
  });
});

async function pixel(png: Buffer, x: number, y: number): Promise<number[]> {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas');
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return [...context.getImageData(x, y, 1, 1).data];
}
