import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { builtLoad } from '../judge/built-run.ts';
import { answers, couponRun, render, renderWhole, withoutAssets } from './built-report.ts';

describe('the report', () => {
  it.each(['ko', 'en'] as const)('in %s is as it was', async (lang) => {
    await expect(render([couponRun()], lang, 'md')).toMatchFileSnapshot(`golden/coupon.${lang}.md`);
    const page = withoutAssets(renderWhole([couponRun()], lang, 'html'));
    await expect(page).toMatchFileSnapshot(`golden/coupon.${lang}.html`);
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
  it('asks for nothing outside itself, and runs and styles what its policy names by hash', () => {
    const page = renderWhole([couponRun()], 'ko', 'html');
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1] ?? '';
    const directives = new Map(policy.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1)]));
    expect([...directives.keys()].sort()).toEqual([
      'base-uri',
      'default-src',
      'form-action',
      'require-trusted-types-for',
      'script-src',
      'style-src',
    ]);
    for (const name of ['base-uri', 'default-src', 'form-action']) expect(directives.get(name)).toEqual(["'none'"]);
    const hashes = (element: string) =>
      [...page.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, text]) => {
        return `'sha256-${createHash('sha256')
          .update(text ?? '')
          .digest('base64')}'`;
      });
    expect(directives.get('script-src')).toEqual(hashes('script'));
    expect(directives.get('style-src')).toEqual(hashes('style'));
    expect(hashes('script').length).toBeGreaterThan(4);
    expect(render([couponRun()], 'ko', 'html')).not.toMatch(
      /<(link|img|iframe|object|embed|form|base)\b|\ssrc=|href="(?!#)|url\(|@import|\son\w+=|\sstyle=/,
    );
  });

  it('has the figures of its charts as data that end no element', () => {
    const name = '</script><script>alert(1)</script><!--\u2028&';
    const { scenario } = couponRun().record;
    const run = couponRun(
      { scenario: scenario && { ...scenario, endpoints: [{ name, method: 'POST', label: name }] } },
      [answers({ 201: 5 }, name)],
    );
    const page = withoutAssets(renderWhole([run], 'ko', 'html'));
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(data).not.toMatch(/[<>&\u2028]/);
    expect(JSON.parse(data)).toMatchObject({ lang: 'ko' });
    expect(page.match(/<script/g)).toHaveLength(
      withoutAssets(renderWhole([couponRun()], 'ko', 'html')).match(/<script/g)?.length ?? 0,
    );
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
