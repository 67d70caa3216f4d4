import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SeriesLine } from '../../src/record/series.ts';
import { indexSeries } from '../../src/record/series-index.ts';
import { loadStart } from '../unit/judge/built-run.ts';
import { builtSeconds, chartedRun, slowFrom, slowTo, times } from '../unit/report/built-charts.ts';
import { drilledRun } from '../unit/report/built-drill.ts';
import { couponRun, renderDrills, renderIncident, renderWhole } from '../unit/report/built-report.ts';
import { poisoned } from '../unit/report/poisoned.ts';
import { findChromium, type OpenPage, openBrowser } from './browser.ts';
import { skipWithout } from './probe-stores.ts';

const chromium = findChromium();
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const findings = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));
const rangeSchema = z.object({ min: z.number(), max: z.number() });

describe.skipIf(skipWithout('the page in Chromium', chromium !== undefined, 'apt-get install chromium'))(
  'the page',
  () => {
    let browser: Awaited<ReturnType<typeof openBrowser>>;
    beforeAll(async () => {
      browser = await openBrowser(chromium);
    });
    afterAll(() => browser?.close());

    /** Opens, looks, and wants no complaint: no request, no error, nothing that the policy refused. */
    async function look(
      html: string,
      at: (page: Page) => Promise<void>,
      options: Parameters<typeof browser.open>[1] = {},
    ) {
      const opened: OpenPage = await browser.open(html, options);
      try {
        await at(opened.page);
        expect(opened.complaints).toEqual([]);
      } finally {
        await opened.close();
      }
    }

    it.each(['ko', 'en'] as const)('in %s draws its charts from its file, without a network', async (lang) => {
      await look(renderWhole([chartedRun()], lang, 'html'), async (page) => {
        expect(await page.locator('html').getAttribute('lang')).toBe(lang);
        expect(await page.locator('.plot canvas').count()).toBeGreaterThan(5);
        for (const ink of await inkOf(page)) expect(ink).toBeGreaterThan(200);
        await expectText(page, '#charts-throughput figcaption', lang === 'ko' ? '초당 처리 건수' : 'Throughput');
        expect(await page.locator('main h2[id]').count()).toBe(await page.locator('nav a').count());
      });
    });

    it('zooms all charts together by dragging, the wheel, buttons and keys, and shows the whole run again', async () => {
      await look(renderWhole([chartedRun()], 'ko', 'html'), async (page) => {
        expect(await rangesOf(page)).toEqual([{ min: 0, max: builtSeconds }]);
        const canvas = page.locator('#charts-latency canvas');
        await canvas.scrollIntoViewIfNeeded();
        const box = await canvas.boundingBox();
        if (box === null) throw new Error('the chart has no place');
        const y = box.y + box.height / 2;
        await page.mouse.move(box.x + box.width * 0.4, y);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.6, y, { steps: 5 });
        await page.mouse.up();
        const [dragged, ...others] = await rangesOf(page);
        expect(others).toEqual([]);
        expect(dragged?.min).toBeGreaterThan(builtSeconds * 0.25);
        expect(dragged?.max).toBeLessThan(builtSeconds * 0.7);
        await page.locator('[data-act=whole]').click();
        expect(await rangesOf(page)).toEqual([{ min: 0, max: builtSeconds }]);
        await canvas.scrollIntoViewIfNeeded();
        await canvas.hover();
        await page.keyboard.down('Control');
        await page.mouse.wheel(0, -300);
        await page.keyboard.up('Control');
        await expect.poll(async () => lengthOf(await rangesOf(page))).toBeLessThan(builtSeconds);
        await page.keyboard.press('Escape');
        await canvas.focus();
        await page.keyboard.press('Escape');
        expect(await rangesOf(page)).toEqual([{ min: 0, max: builtSeconds }]);
        await page.keyboard.press('+');
        expect(lengthOf(await rangesOf(page))).toBeCloseTo(builtSeconds / 2);
        for (const act of ['in', 'later', 'earlier', 'out', 'whole']) await page.locator(`[data-act=${act}]`).click();
        expect(await rangesOf(page)).toEqual([{ min: 0, max: builtSeconds }]);
      });
    });

    it.each(['ko', 'en'] as const)('of an incident report in %s names the moments of the drill', async (lang) => {
      await look(renderIncident(drilledRun(), lang, 'html'), async (page) => {
        expect(await page.locator('.plot canvas').count()).toBe(3);
        for (const ink of await inkOf(page)) expect(ink).toBeGreaterThan(200);
        const marks = page.locator('.marks li');
        expect(await marks.count()).toBe(5);
        // The labels as they are drawn: none stands over another.
        const labels =
          '[...loadkit.drawn.values()][0].charts().map((chart) => Chart.registry.getPlugin("annotation").getAnnotations(chart).filter((one) => one.options.type === "line" && one.label?.options.display === true).map(({ label }) => label.getProps(["x", "y", "x2", "y2"])))';
        for (const drawn of await page.evaluate<Box[][]>(labels)) {
          expect(drawn).toHaveLength(4);
          expect(drawn.filter((one, index) => drawn.slice(0, index).some((other) => isOver(one, other)))).toEqual([]);
        }
      });
    });

    it('the wheel alone moves the page, not the charts', async () => {
      await look(renderWhole([chartedRun()], 'ko', 'html'), async (page) => {
        await page.locator('#charts-latency canvas').scrollIntoViewIfNeeded();
        await page.locator('#charts-latency canvas').hover();
        await page.mouse.wheel(0, 200);
        await expect.poll(() => page.evaluate<number>('scrollY')).toBeGreaterThan(0);
        expect(await rangesOf(page)).toEqual([{ min: 0, max: builtSeconds }]);
      });
    });

    it('pointing at a second shows it in every chart that is seen', async () => {
      await look(renderWhole([chartedRun()], 'ko', 'html'), async (page) => {
        await page.locator('#charts-latency canvas').scrollIntoViewIfNeeded();
        await page.locator('#charts-latency canvas').hover();
        const shown = '[...loadkit.drawn.values()][0].charts().filter((one) => one.tooltip?.opacity === 1).length';
        await expect.poll(() => page.evaluate<number>(shown)).toBeGreaterThan(1);
        const titles =
          '[...new Set([...loadkit.drawn.values()][0].charts().filter((one) => one.tooltip?.opacity === 1).map((one) => one.tooltip.title.join()))]';
        expect(await page.evaluate<string[]>(titles)).toHaveLength(1);
      });
    });

    it('by keys a second is told in words', async () => {
      await look(renderWhole([chartedRun()], 'ko', 'html'), async (page) => {
        await page.locator('#charts-throughput canvas').focus();
        for (let second = 0; second <= slowFrom; second += 1) await page.keyboard.press('ArrowRight');
        await expectText(page, '.spoken', `${slowFrom}초, 성공 80 건/초, 정상 거절 15 건/초, 시스템 오류 5 건/초`);
        await expectText(page, '.spoken', 'p(95)<100');
      });
    });

    it('hides a line by its entry of the legend, by mouse and by key, and shows it again', async () => {
      await look(renderWhole([chartedRun()], 'ko', 'html'), async (page) => {
        const first = page.locator('#charts-throughput .legend button').first();
        const visible = () => page.evaluate<boolean>('[...loadkit.drawn.values()][0].charts()[0].isDatasetVisible(0)');
        expect(await visible()).toBe(true);
        await first.click();
        expect(await first.getAttribute('aria-pressed')).toBe('false');
        expect(await visible()).toBe(false);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await visible()).toBe(false);
        await first.focus();
        await page.keyboard.press('Enter');
        expect(await visible()).toBe(true);
      });
    });

    it('marks phases, seconds beyond a threshold, evidence and events, each of which can be switched off', async () => {
      await look(renderWhole([chartedRun()], 'ko', 'html'), async (page) => {
        const count =
          'Object.keys([...loadkit.drawn.values()][0].charts()[0].options.plugins.annotation.annotations).length';
        let before = await page.evaluate<number>(count);
        const boxes = page.locator('.kinds input');
        expect(await boxes.count()).toBe(4);
        for (const box of await boxes.all()) {
          await box.uncheck();
          const after = await page.evaluate<number>(count);
          expect(after).toBeLessThan(before);
          before = after;
        }
        expect(before).toBe(0);
      });
    });

    it('a finding leads to its seconds, and from there back to it', async () => {
      await look(renderWhole([chartedRun()], 'ko', 'html'), async (page) => {
        const card = page.locator('#finding-lock-built');
        await card.locator('[data-jump]').click();
        const [range] = await rangesOf(page);
        expect(range?.min).toBeLessThanOrEqual(slowFrom);
        expect(range?.max).toBeGreaterThanOrEqual(slowTo);
        expect(lengthOf([range])).toBeLessThan(builtSeconds / 2);
        const chart = page.locator('#charts-lock-events .plot.reached');
        await chart.waitFor();
        expect(await inView(page, '#charts-lock-events canvas')).toBe(true);
        await page.locator('.back a').click();
        expect(await inView(page, '#finding-lock-built')).toBe(true);
        await page.locator('.marks summary').click();
        await page.locator('.marks a[href="#finding-lock-built"]').first().click();
        expect(await inView(page, '#finding-lock-built')).toBe(true);
      });
    });

    it('copies the command that repeats the run', async () => {
      await look(
        renderWhole([chartedRun()], 'ko', 'html'),
        async (page) => {
          await page.locator('.command button').first().click();
          await expectText(page, '.command .told', '복사했다');
          const command = await page.locator('.command code').first().textContent();
          expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(command);
        },
        { permissions: ['clipboard-read', 'clipboard-write'] },
      );
    });

    it('prints on A4, in light colours whatever the screen has', async () => {
      await look(
        renderWhole([chartedRun()], 'ko', 'html'),
        async (page) => {
          const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
          expect(pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(2);
          expect(pdf).toMatch(/\/MediaBox\s*\[\s*0 0 59[45]\.\d+ 84[12]\.\d+/);
          const widest =
            "Math.max(...[...document.querySelectorAll('.plot canvas')].map((one) => one.getBoundingClientRect().width))";
          expect(await page.evaluate<number>(`dispatchEvent(new Event('beforeprint')); ${widest}`)).toBeLessThan(690);
          expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).toBe(
            'rgb(255, 255, 255)',
          );
          await page.evaluate("dispatchEvent(new Event('afterprint'))");
          expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).not.toBe(
            'rgb(255, 255, 255)',
          );
        },
        { colorScheme: 'dark' },
      );
    });

    it.each([
      ['light', 1440],
      ['dark', 1440],
      ['light', 390],
      ['dark', 390],
    ] as const)(
      'breaks no rule of accessibility in %s at %i px, where nothing is wider than the screen',
      async (colorScheme, width) => {
        const pages = [
          renderWhole([chartedRun(), chartedRun({ id: 'second' })], 'ko', 'html'),
          renderWhole([chartedRun(), drilledRun()], 'ko', 'html'),
          renderIncident(drilledRun(), 'ko', 'html'),
          renderDrills([drilledRun(), drilledRun({ fault: 'redis-stall' }, { id: 'other' })], 'ko', 'html'),
        ];
        for (const html of pages) {
          await look(
            html,
            async (page) => {
              for (const summary of await page.locator('.marks summary').all()) await summary.click();
              expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
              // The policy refuses what is not in the page: the tool comes in through the debugger.
              await page.evaluate(axe);
              const found = findings.parse(await page.evaluate('axe.run().then((result) => result.violations)'));
              expect(found.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html)])).toEqual([]);
            },
            { colorScheme, viewport: { width, height: 844 } },
          );
        }
      },
    );

    it('shows wide tables as cards on a phone, each cell with its head beside it', async () => {
      const html = renderWhole([couponRun(), { ...drilledRun(), document: '../one/incident' }], 'ko', 'html');
      await look(
        html,
        async (page) => {
          const cell = "document.querySelector('#failures ~ .scroll .cards td')";
          expect(await page.evaluate<string>(`getComputedStyle(${cell}, '::before').content`)).toBe(
            '"레벨 (추정 → 실측)"',
          );
          // Nothing is beside the screen: what is not seen at once is below.
          const wider =
            "[...document.querySelectorAll('.scroll:has(.cards)')].filter((one) => one.scrollWidth > one.clientWidth)";
          expect(await page.evaluate<number>(`${wider}.length`)).toBe(0);
          expect(await page.getByRole('cell', { name: 'L2 → L1' }).first().isVisible()).toBe(true);
          expect(await page.getByRole('link', { name: drilledRun().record.id }).getAttribute('href')).toBe(
            '../one/incident.html',
          );
        },
        { viewport: { width: 390, height: 844 } },
      );
    });

    it('without scripts says so and has the figures of the charts as tables', async () => {
      await look(
        renderWhole([chartedRun()], 'ko', 'html'),
        async (page) => {
          await expectText(page, 'noscript', '스크립트를 쓸 수 없어');
          expect(await page.locator('.tools').first().isVisible()).toBe(false);
          await page.locator('#charts-throughput summary').click();
          await expectText(page, '#charts-throughput table', '정상 거절');
        },
        { javaScriptEnabled: false },
      );
    });

    it('a run of nothing, of one second and of six hours opens all the same', async () => {
      const long = chartedRun();
      const hours = 6 * 3_600;
      const { load } = long.record;
      const lines = Array.from({ length: hours }, (_, second): SeriesLine => {
        const t = loadStart + second * 1_000;
        return { kind: 'sample', t, probe: 'built', outcome: 'ok', tookMs: 1, values: { redis_ping_ms: second % 7 } };
      });
      const six = chartedRun({ load: load && { ...load, endedAt: loadStart + hours * 1_000 } }, lines);
      const one = { ...long, series: indexSeries(long.series.load.slice(0, 1)) };
      for (const run of [couponRun({ load: null }, []), couponRun({}, []), one, six]) {
        await look(renderWhole([run], 'ko', 'html'), async (page) => {
          await page.locator('h1').waitFor();
          for (const ink of await inkOf(page)) expect(ink).toBeGreaterThan(200);
        });
      }
    });

    it.each(['ko', 'en'] as const)('runs nothing of what strangers put into any field, in %s', async (lang) => {
      for (const text of corpus) {
        const strange: SeriesLine[] = [
          { kind: 'event', t: loadStart + 4_000, name: text, subject: text, detail: text },
          { kind: 'sample', t: loadStart + 5_000, probe: text, outcome: 'failed', tookMs: 1, error: text },
          {
            ...{ kind: 'sample', t: loadStart + 6_000, probe: 'x', outcome: 'ok', tookMs: 1 },
            values: { [`kafka_consumer_lag{group:${text},topic:${text}}`]: 5, [`${text}_total{a:${text}}`]: 1 },
          },
          {
            ...{ kind: 'load', t: loadStart + 7_000, from: loadStart + 6_000, instance: 0, gauges: {} },
            counters: { [`http_reqs{name:${text},status:${text},expected_response:true}`]: 3 },
            histograms: { [`http_req_duration{name:${text},expected_response:true}`]: times(5, 30) },
          },
        ];
        const built = chartedRun({ git: { commit: text, branch: text, dirty: true }, set: { [text]: text } }, strange);
        const { record } = poisoned(built.record, text);
        await look(renderWhole([{ ...built, record }], lang, 'html'), async (page) => {
          for (const link of await page.locator('[data-jump]').all()) await link.click();
          if ((await page.locator('.plot canvas').count()) > 0) await page.locator('.plot canvas').first().hover();
          expect(await page.evaluate<string>('typeof window.__pwned')).toBe('undefined');
          expect(await page.locator('img, iframe, svg, object, form, link').count()).toBe(0);
        });
      }
    });
  },
);

const corpus = [
  `"'></script><script>window.__pwned=1</script><img src=x onerror="window.__pwned=1">`,
  `</title></style></textarea><svg onload=window.__pwned=1><iframe srcdoc="<script>parent.__pwned=1</script>">`,
  `<!--<script>--!>\u2028\u2029window.__pwned=1//{{#each}}{{{this}}}`,
  `" onfocus="window.__pwned=1" autofocus x="javascript:window.__pwned=1`,
  `'+(window.__pwned=1)+'\\u003cscript\\u003e\${window.__pwned=1}__proto__ constructor`,
];

interface Box {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

function isOver(a: Box, b: Box): boolean {
  return a.x < b.x2 && b.x < a.x2 && a.y < b.y2 && b.y < a.y2;
}

async function expectText(page: Page, selector: string, text: string): Promise<void> {
  await expect.poll(() => page.locator(selector).first().textContent()).toContain(text);
}

/** For each chart the number of pixels that something was drawn on. */
async function inkOf(page: Page): Promise<number[]> {
  const ink = await page.evaluate(
    `[...document.querySelectorAll('.plot canvas')].map((one) => {
      const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
      let ink = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at] > 0) ink += 1;
      return ink;
    })`,
  );
  return z.array(z.number()).parse(ink);
}

/** The ranges of the time axes, each once: one when they are alike. */
async function rangesOf(page: Page) {
  const ranges = z.array(rangeSchema).parse(
    await page.evaluate(
      `[...loadkit.drawn.values()].flatMap((group) => group.charts()).filter((one) => one.config.type === 'line')
        .map(({ scales: { x } }) => ({ min: x.min, max: x.max }))`,
    ),
  );
  return ranges.filter((one, at) => ranges.findIndex(({ min, max }) => min === one.min && max === one.max) === at);
}

function lengthOf([range]: ReadonlyArray<z.infer<typeof rangeSchema> | undefined>): number {
  return range === undefined ? Number.NaN : range.max - range.min;
}

async function inView(page: Page, selector: string): Promise<boolean> {
  const box = await page.locator(selector).boundingBox();
  const height = page.viewportSize()?.height ?? 0;
  return box !== null && box.y < height && box.y + box.height > 0;
}
