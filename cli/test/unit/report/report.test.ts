import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reasonValues } from '../../../src/judge/reason.ts';
import { noticeIds } from '../../../src/pipeline/foreign-script.ts';
import { verdictNames } from '../../../src/record/run-record.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { builtLoad } from '../judge/built-run.ts';
import { answers, couponRun, render, templatesFolder } from './built-report.ts';

const sourceFolder = fileURLToPath(new URL('../../../src/', import.meta.url));
const sentences = (lang: string): Record<string, string> =>
  Object.assign(
    {},
    ...readdirSync(join(templatesFolder, lang))
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(templatesFolder, lang, name), 'utf8'))),
  );

describe('the report', () => {
  it.each(['ko', 'en'] as const)('in %s is as it was', async (lang) => {
    await expect(render([couponRun()], lang, 'md')).toMatchFileSnapshot(`golden/coupon.${lang}.md`);
    await expect(render([couponRun()], lang, 'html')).toMatchFileSnapshot(`golden/coupon.${lang}.html`);
  });

  it('writes figures as a Korean reader expects them', () => {
    const text = render([couponRun()], 'ko', 'md');
    for (const figure of ['29,527건', '5.09ms', '9.75ms', '0.00%', '548.06ms', '112.00ms', '1.01초', '486.42 TPS']) {
      expect(text).toContain(figure);
    }
  });

  it('tells success, each kind of correct rejection and system errors apart', () => {
    const text = render([couponRun({}, [answers({ 201: 90, 409: 6, 410: 3, 503: 1 })])], 'ko', 'md');
    expect(text).toMatch(/성공 +\| +90건 \(90\.00%\)/);
    expect(text).toMatch(/정상 거절 +\| +9건 \(9\.00%\)/);
    expect(text).toMatch(/409.*6건 \(6\.00%\)/);
    expect(text).toMatch(/410.*3건 \(3\.00%\)/);
    expect(text).toMatch(/시스템 오류 +\| +1건 \(1\.00%\)/);
    expect(text).toMatch(/응답 실패율 +\| +1\.00%/);
  });

  it('says so when the series holds fewer requests than k6 counted', () => {
    const text = render([couponRun({}, [answers({ 201: 90, 409: 10 })])], 'ko', 'md');
    expect(text).toMatch(/총 요청 수 +\| +29,527건/);
    expect(text).toMatch(/성공 +\| +90건 \(90\.00%\)/);
    expect(text).toContain('k6가 센 총 요청 수와 다르다');
    expect(render([couponRun()], 'ko', 'md')).not.toContain('k6가 센 총 요청 수와 다르다');
  });

  it('goes by the status where a script switched the tag of expected answers off', () => {
    const line = answers({ 200: 8, 302: 1, 404: 1 });
    if (line.kind !== 'load') throw new Error('a line of the load');
    const counters = Object.entries(line.counters).map(([key, n]) => [key.replace('expected_response:true,', ''), n]);
    const text = render([couponRun({}, [{ ...line, counters: Object.fromEntries(counters) }])], 'ko', 'md');
    expect(text).toMatch(/성공 +\| +9건/);
    expect(text).toMatch(/시스템 오류 +\| +1건/);
  });

  it('says that think time decides the TPS where it does', () => {
    const text = render([couponRun()], 'ko', 'md');
    expect(text).toContain('병목의 근거가 되지 않는다');
    expect(text).toContain('96.59%');
  });

  it('does not split an iteration whose requests ran in parallel', () => {
    const summary = {
      iteration_duration: { count: 100, avg: 10 },
      http_req_duration: { count: 200, avg: 9 },
      http_req_blocked: { count: 200, avg: 0.1 },
    };
    expect(render([couponRun({ load: builtLoad({ summary }) })], 'ko', 'md')).toContain('시간 구성을 나눌 수 없다');
  });

  it('does not split iterations of which many were cut', () => {
    const load = builtLoad({
      summary: { iteration_duration: { count: 500, avg: 900 }, http_req_duration: { count: 600, avg: 9 } },
      iterations: { complete: 500, interrupted: 100 },
    });
    expect(render([couponRun({ load })], 'ko', 'md')).toContain('도중에 끊긴 반복이 많다');
  });

  it('cannot tell waiting and script time apart without recorded think time', () => {
    const summary = { iteration_duration: { count: 100, avg: 100 }, http_req_duration: { count: 100, avg: 9 } };
    expect(render([couponRun({ load: builtLoad({ summary }) })], 'ko', 'md')).toContain('구분할 수 없다');
  });

  it('has a column per run, and the same bytes for the same records', () => {
    const order = couponRun();
    const second = { ...order, record: { ...order.record, id: 'second' } };
    const text = render([couponRun(), second], 'ko', 'md');
    expect(text).toContain('POST /api/coupons/{userId} (second)');
    expect(render([couponRun(), second], 'ko', 'md')).toBe(text);
  });
});

describe('the page', () => {
  it('asks for nothing outside itself and runs nothing', () => {
    const text = render([couponRun()], 'ko', 'html');
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`);
    expect(text).not.toMatch(/<(script|link|img|iframe|object|form)\b|\bsrc=|href="(?!#)|url\(|@import|\son\w+=/);
  });
});

describe('a record that lacks something still gives a report that says so', () => {
  it.each<[string, Parameters<typeof couponRun>[0], Parameters<typeof couponRun>[1]]>([
    [
      'nothing was loaded',
      { load: null, drain: null, invariants: [], judgement: null, status: 'failed', scenario: null },
      [],
    ],
    ['it is still running', { status: 'running', endedAt: null, judgement: null, load: null, drain: null }, []],
    ['k6 left no summary', { load: builtLoad({ summary: null, exitCode: null }) }, undefined],
    ['no request was sent', { load: builtLoad({ summary: {} }) }, []],
    [
      'figures are not numbers',
      { load: builtLoad({ summary: { iteration_duration: { avg: Number.NaN, count: 3 } } }) },
      undefined,
    ],
    [
      'its times and zone are beyond the calendar',
      { startedAt: Number.MAX_VALUE, timeZone: 'Mars/Olympus', probeNotes: { redis: ['no INFO'] } },
      undefined,
    ],
    [
      'the backlog stayed',
      { drain: { drained: false, tookMs: 60_000, limitMs: 60_000, left: { redis_stream_lag: 4 } } },
      undefined,
    ],
  ])('%s', (_, changes, lines) => {
    for (const lang of ['ko', 'en'] as const) {
      for (const format of ['md', 'html'] as const) {
        const text = render([couponRun(changes, lines)], lang, format);
        expect(text).not.toMatch(/\bNaN\b|undefined|null|\[object/);
      }
    }
  });

  it('a missing figure is a dash, never zero', () => {
    const text = render([couponRun({ load: builtLoad({ summary: null }) })], 'ko', 'md');
    expect(text).toMatch(/평균 응답 시간 +\| +—/);
    expect(text).toMatch(/iteration duration \(p95\) +\| +—/);
  });
});

describe('the sentences', () => {
  it('have the same keys and the same placeholders in both languages', () => {
    const [ko, en] = [sentences('ko'), sentences('en')];
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
    const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const [key, text] of Object.entries(ko)) expect(placeholders(en[key] ?? ''), key).toEqual(placeholders(text));
  });

  it.each(['ko', 'en'])('in %s know every verdict, reason, invariant and rule that the code can name', (lang) => {
    const { has } = loadSentences(templatesFolder, lang);
    const wanted = [
      ...verdictNames.flatMap((name) => [`verdict.${name}`, `meaning.${name}`]),
      ...Object.keys(reasonValues).map((id) => `reason.${id}`),
      ...idsIn('invariants', /\bid: '([a-z-]+)'/g).flatMap((id) => [`invariant.${id}`, `impact.${id}`]),
      ...idsIn('stack', /name: '(process-[a-z]+)'/g).map((id) => `event.${id}`),
      ...idsIn('judge', /missing(?:\(|: )'([a-z-]+)'/g).map((id) => `why.${id}`),
      ...idsIn('judge', /missing: ((?:'[a-z-]+'(?: \| )?)+)/g).flatMap((union) =>
        [...union.matchAll(/'([a-z-]+)'/g)].map(([, id]) => `why.${id}`),
      ),
      ...idsIn('judge', /reason: .*'(broken-[a-z]+)'/g).map((id) => `why.${id}`),
      ...idsIn('judge', /reason: '(stopped-[a-z]+)'/g).map((id) => `why.${id}`),
      ...idsIn('judge', /why \?\? '([a-z]+)'/g).map((id) => `why.${id}`),
      ...idsIn('invariants', /undetermined\('([a-z-]+)'/g).map((id) => `why.${id}`),
      ...idsIn('invariants', /^ {2}if \(.*\) return '([a-z-]+)';$/gm).map((id) => `why.${id}`),
      ...noticeIds.map((id) => `notice.${id}`),
      ...idsIn('analyze', /detail: \{ rule: (.*?) \}/g).flatMap((either) =>
        [...either.matchAll(/'([a-z-]+)'/g)].map(([, id]) => `generator.${id}`),
      ),
      ...idsIn('analyze', /^type Rule = (.*);$/gm).flatMap((union) =>
        [...union.matchAll(/'([a-z-]+)'/g)].map(([, id]) => `rule.${id}`),
      ),
    ];
    for (const derived of ['reason.probe-gap', 'impact.over-issue', 'event.process-lost', 'rule.sockets', 'why.gap']) {
      expect(wanted).toContain(derived);
    }
    for (const derived of ['why.broken-for', 'why.late', 'why.timeout', 'why.unknown', 'generator.not-watched']) {
      expect(wanted).toContain(derived);
    }
    expect([...new Set(wanted)].filter((key) => !has(key))).toEqual([]);
  });

  it.each(['ko', 'en'])('in %s are each used somewhere', (lang) => {
    const code = sourceTexts('report').join('\n');
    const dynamic =
      /^(verdict|meaning|reason|invariant|invariant-outcome|why|rule|threshold|model|model-note|split-note|event|status|impact|evidence|generator|column|kind|figure|notice)\./;
    const unused = Object.keys(sentences(lang)).filter((key) => !dynamic.test(key) && !code.includes(`'${key}'`));
    expect(unused).toEqual([]);
  });
});

function sourceTexts(folder: string): string[] {
  return readdirSync(join(sourceFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(sourceFolder, folder, name), 'utf8'));
}

function idsIn(folder: string, pattern: RegExp): string[] {
  return sourceTexts(folder).flatMap((text) => [...text.matchAll(pattern)].map(([, id]) => id ?? ''));
}
