import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeReport } from '../../../src/pipeline/write-report.ts';
import type { Assessment, Response } from '../../../src/record/drill.ts';
import type { ReportedRun } from '../../../src/report/api-figures.ts';
import { faultTexts } from '../../../src/report/drill/fault-text.ts';
import { incidentNames } from '../../../src/report/format.ts';
import { buildIncident } from '../../../src/report/incident/incident.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { at, builtAssessment, builtDamage, builtDrill, builtMoments, drilledRun, placeboRun } from './built-drill.ts';
import { couponRun, renderIncident, templatesFolder, withoutAssets } from './built-report.ts';
import { linesOf } from './built-section.ts';
import { poisoned } from './poisoned.ts';

const faults = [
  ...['none', 'lock-orphan', 'lock-orphan-expiring', 'redis-latency', 'redis-black-hole', 'redis-reset', 'redis-stall'],
  ...['row-held', 'mysql-latency', 'mysql-black-hole', 'api-killed', 'api-crash-loop', 'api-stopped'],
  ...['memory-surge', 'memory-surge-loop', 'memory-surge-slow-boot', 'memory-surge-shedding'],
  ...['consumer-stopped', 'consumer-killed', 'kafka-black-hole'],
  ...['redis-killed', 'redis-killed-unpersisted', 'mysql-killed', 'kafka-killed'],
];

function incidentOf(run: ReportedRun, lang: 'ko' | 'en' = 'ko') {
  const found = buildIncident(run, lang, loadSentences(templatesFolder, lang));
  if (found === null) throw new Error('a drill has an incident report');
  return found;
}

function linesIn(run: ReportedRun, section: string, lang: 'ko' | 'en' = 'ko'): string[] {
  const found = incidentOf(run, lang).sections.find(({ id }) => id === section);
  if (found === undefined) throw new Error(`no section ${section}`);
  return linesOf(found);
}

describe('the data after a fault', () => {
  const violated = {
    id: 'points-missing',
    outcome: 'violated' as const,
    violations: 7,
    evidence: { orders: 9, missing: 7 },
    reason: null,
  };
  const held = { ...violated, outcome: 'held' as const, violations: 0, evidence: { orders: 9, missing: 0 } };
  const figures = { pointsAccrued: 7, pointsTakenBack: 0, couponsTakenBack: 0 };

  it.each([
    ['ko', '데이터 복원 명령이 7건을 바로잡은 뒤 다시 센 결과: 유지 1'],
    ['en', 'counted again after the repair had put right 7'],
  ] as const)('are told before and after a repair, in %s', (lang, words) => {
    const repair = { figures, invariants: [held], error: null, skipped: null };
    const lines = linesIn(drilledRun({ repair }, { invariants: [violated] }), 'recovery', lang).join('\n');
    expect(lines).toContain(words);
  });

  it('are told with the reason where the repair failed', () => {
    const repair = { figures: null, invariants: [], error: 'no database', skipped: null };
    const lines = linesIn(drilledRun({ repair }, { invariants: [violated] }), 'recovery').join('\n');
    expect(lines).toContain('데이터 복원 명령이 실패하였다: no database');
  });

  it.each([
    ['ko', '밀린 작업이 모두 처리되었음을 확인하지 못하여 데이터 복원 명령을 실행하지 않았다'],
    ['en', 'the repair was not run, for the backlog was not seen to be gone'],
  ] as const)('are told with the reason where they were not repaired, in %s', (lang, words) => {
    const repair = { figures: null, invariants: [], error: null, skipped: 'not-drained' as const };
    const lines = linesIn(drilledRun({ repair }, { invariants: [violated] }), 'recovery', lang).join('\n');
    expect(lines).toContain(words);
  });
});

describe('the users affected', () => {
  it('are told with their share and what the count leaves out', () => {
    const lines = linesIn(drilledRun(), 'impact').join('\n');
    expect(lines).toContain('1,850명 이상(2,000명의 92.50%)');
    expect(lines).toContain('k6가 시작하지 못한 요청 40건의 사용자가 빠져 있다');
  });

  it('cannot be told of a script that does not say', () => {
    const assessment = builtAssessment();
    const damage = assessment.damage === null ? null : { ...assessment.damage, usersAffected: null, usersAsked: null };
    expect(linesIn(drilledRun({ assessment: { ...assessment, damage } }), 'impact', 'en').join('\n')).toMatch(
      /Users with failed requests.*the data cannot say/,
    );
  });
});

describe('the incident report of a drill', () => {
  it.each(['ko', 'en'] as const)('in %s is as it was', async (lang) => {
    await expect(renderIncident(drilledRun(), lang, 'md')).toMatchFileSnapshot(`golden/incident.${lang}.md`);
    const page = withoutAssets(renderIncident(drilledRun(), lang, 'html'));
    await expect(page).toMatchFileSnapshot(`golden/incident.${lang}.html`);
  });

  it('has the sections of an incident report, in their order, and is stamped', () => {
    const { title, verdicts, sections } = incidentOf(drilledRun());
    expect(title).toBe('장애 보고서: 만료 없는 락의 소유자 사망 – 훈련(장애 주입)');
    expect(verdicts).toEqual([{ tone: 'bad', name: '훈련(장애 주입)', text: '훈련에서 실측한 레벨 L1' }]);
    expect(sections.map(({ heading }) => heading)).toEqual([
      ...[
        '머리표',
        '3줄 요약',
        '영향',
        '초 단위 타임라인',
        '탐지',
        '원인',
        '조치',
        '복구 확인',
        '재발 방지',
        '완화 한계',
        '교훈',
      ],
    ]);
    expect(linesIn(drilledRun(), 'summary')).toHaveLength(3);
    expect(linesIn(drilledRun(), 'summary')[1]).toMatch(
      /그 밖의 피해: 요청이 실패한 사용자 1,850명 이상\(2,000명의 92\.50%\), 지연 처리 3건\.$/,
    );
  });

  it.each([
    ['backlog', '영향: 응답은 정상이었으나 뒤에서 처리할 일이 밀렸다. 그 밖의 피해: '],
    ['data', '영향: 응답은 정상이었으나 데이터가 어긋났다. 그 밖의 피해: '],
  ] as const)('counts no answers where the %s was hit', (impactBy, begin) => {
    const line = linesIn(drilledRun({ assessment: builtAssessment({ impactBy }) }), 'summary')[1];
    expect(line?.slice(0, begin.length)).toBe(begin);
  });

  it('takes no lesson from a lighter level where no drill without the mitigation can say why', () => {
    const lessons = (withoutMitigation: 'felt' | 'missing') =>
      linesIn(drilledRun({ assessment: builtAssessment({ level: 'absorbed', withoutMitigation }) }), 'lessons');
    expect(lessons('felt').join('\n')).toContain('가벼웠다');
    expect(lessons('missing').join('\n')).not.toContain('가벼웠다');
    expect(lessons('missing')).toHaveLength(1);
  });

  it('asks for no lighter level than that of a fault that was absorbed', () => {
    const goals = (level: 'L1' | 'absorbed') =>
      linesIn(drilledRun({ assessment: builtAssessment({ level }) }), 'prevention').join('\n');
    expect(goals('L1')).toContain('실측 레벨이 이번보다 가볍다.');
    expect(goals('absorbed')).toContain('실측 레벨이 이번처럼 ‘흡수’이다.');
    expect(goals('absorbed')).not.toContain('가볍다');
  });

  it('asks for data that are right where they were wrong, for a process that is killed loses requests in any case', () => {
    const damage = { ...builtDamage(), missing: 96, duplicated: 2 };
    const lines = linesIn(drilledRun({ assessment: builtAssessment({ level: 'L2', damage }) }), 'prevention').join(
      '\n',
    );
    expect(lines).toContain('데이터 복원 명령을 실행하기 전에 센 중복, 누락이 0건이다.');
    expect(lines).not.toContain('가볍다');
  });

  it('tells what became of the response command, and that it was not run where nothing alarmed', () => {
    const told = (changes: Partial<Response>, mitigation: string | null = 'response') => {
      const response = { command: './unlock.sh', startedAt: at(6), endedAt: at(8), exitCode: 0, ...changes };
      const run = drilledRun({ mitigation, response });
      return (['head', 'timeline', 'measures', 'limits'] as const).flatMap((id) => linesIn(run, id)).join('\n');
    };
    expect(told({})).toContain('대응 명령을 실행하였고 2초 만에 정상으로 끝났다: ./unlock.sh');
    expect(told({})).toContain('대응 명령이 끝났다(종료 코드 0)');
    expect(told({})).toContain('대응 명령은 첫 경보가 울리자마자 실행되었다');
    expect(told({ exitCode: 3 })).toContain('실패하였다(종료 코드 3): ./unlock.sh');
    expect(told({ endedAt: null, exitCode: null })).toContain('장애를 되돌릴 때까지 끝나지 않아 중단하였다');
    const never = told({ startedAt: null, endedAt: null, exitCode: null }, null);
    expect(never).toContain('울린 경보가 없어 대응 명령을 실행하지 않았다');
    expect(never).not.toContain('취한 완화 조치는 없다');
    expect(never).toContain('사람이 대응하지 않는다');
  });

  it('begins with what happened, in two sentences for readers who are no engineers', () => {
    const [first] = linesIn(drilledRun(), 'head');
    expect(first).toBe(
      '쿠폰을 한 번에 한 요청만 발급하게 하는 잠금(락)을 쥔 프로세스가, 락을 풀지 못하고 죽은 상황이다. ' +
        '그 결과 응답이 나빴던 동안 들어온 요청 2,200건 가운데 1,900건(86.36%)을 처리하지 못했고, 탐지기(자동 감시)는 1초 만에 알아차렸으며, ' +
        '영향이 시작된 지 22초 뒤에 정상으로 돌아왔다.',
    );
    const told = (changes: Partial<Assessment>) =>
      linesIn(drilledRun({ assessment: builtAssessment(changes) }), 'head')[0];
    expect(told({ ttdMs: null, ttrMs: null })).toMatch(
      /끝까지 알아차리지 못했으며, 훈련이 끝날 때까지 정상으로 돌아오지 않았다\.$/,
    );
    expect(told({ ttdMs: -800 })).toContain('탐지기(자동 감시)는 영향보다 800ms 먼저 알아차렸으며');
    expect(told({ impactBy: 'backlog' })).toContain('응답은 정상이었으나 뒤에서 처리할 일이 밀렸고');
    expect(told({ impactBy: 'data' })).toContain('응답은 정상이었으나 데이터가 어긋났고');
    const wrong = { ...builtAssessment().damage, missing: 96, duplicated: 0, overIssued: 0 } as Assessment['damage'];
    expect(told({ hurt: ['answers', 'data'], damage: wrong })).toContain(
      '처리하지 못했고 데이터도 어긋났으며(누락 96건)',
    );
    expect(told({ level: 'absorbed', impactBy: 'backlog', hurt: ['backlog'], ttdMs: null })).toContain(
      '탐지기(자동 감시)가 경보를 울릴 만큼은 아니었으며',
    );
    expect(told({ moments: { ...builtMoments, impactAt: null } })).toMatch(/느낄 만한 영향은 나타나지 않았다\.$/);
    expect(told({ doubts: [{ id: 'built-doubt', values: {} }] })).not.toMatch(/1,900|22초/);
  });

  it('tells what happened in the order of time, each alarm once', () => {
    const rows = linesIn(drilledRun(), 'timeline').filter((line) => /^\d\d:\d\d:\d\d \|/.test(line));
    const texts = rows.map((line) => line.split(' | ').at(-1) ?? '');
    expect(texts.filter((text) => text.startsWith('경보: 응답 결과'))).toHaveLength(1);
    const order = [
      '기준선 측정',
      '장애 주입: key=',
      '영향 시작',
      '경보: 응답',
      '참고: 응답',
      'loadkit의 지시로',
      '서비스 복구',
    ];
    const places = order.map((begin) => texts.findIndex((text) => text.startsWith(begin)));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(rows.find((line) => line.includes('영향 시작'))).toContain('+0.0초');
  });

  it('has one chart group with its moments, whose images have names of their own', () => {
    const [group] = incidentOf(drilledRun()).sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === 'charts' ? [block.group] : [])),
    );
    expect(group?.id).toBe('incident');
    expect(group?.marks.map(({ label }) => label)).toContain('장애 주입 · 영향 시작');
    expect(renderIncident(drilledRun(), 'ko', 'md')).toContain('](charts/incident-throughput.png)');
  });

  it('says why it was not noticed sooner from what was recorded', () => {
    const text = linesIn(drilledRun(), 'detection').join('\n');
    expect(text).toContain('응답 결과 신호가 가장 먼저 울렸다(영향 시작부터 1초)');
    expect(text).toContain('보았으나 울리지 않은 신호: 밀린 작업 (Kafka 소비 지연)');
    expect(text).toContain('영향 시작부터 9초 뒤에 기준을 넘었다');
    expect(text).toContain('웹훅(Slack 형식) 알림은 알아차린 때부터 40ms 만에');
    expect(text).toContain('관측 240건 가운데 2건');
    expect(text).toContain('오경보는 0회');
  });

  it('takes an alarm while the injection was under way for one of the fault', () => {
    const { detection, injection } = builtDrill();
    if (detection === null || injection === null) throw new Error('a built drill has both');
    const alarms = [{ signal: 'canary', t: at(19), rule: 'cusum' as const, value: 13, limit: 12 }];
    const rowOf = (startedAt: number) => {
      const run = drilledRun({ detection: { ...detection, alarms }, injection: { ...injection, startedAt } });
      return linesIn(run, 'detection').find((line) => line.startsWith('시험 요청(카나리) |'));
    };
    expect(rowOf(at(19))).toMatch(/\| −1\.0초$/);
    expect(rowOf(at(19) + 1)).toMatch(/\| 경보 없음$/);
  });

  it('says of a drill without a detector, a placebo or a backlog that it cannot be known', () => {
    const blind = drilledRun({ detection: null, notifications: [], placebo: null }, { drain: null, invariants: [] });
    expect(linesIn(blind, 'detection').join('\n')).toContain('데이터로 알 수 없다');
    expect(
      linesIn(blind, 'recovery')
        .join('\n')
        .match(/미실시/g),
    ).toHaveLength(2);
    const quiet = drilledRun({ placebo: null });
    expect(linesIn(quiet, 'detection').join('\n')).toContain('확인하지 않았다(미실시)');
  });

  it('says what did not happen in words', () => {
    const moments = { ...builtMoments, detectedAt: null, notifiedAt: null, restoredAt: null, drainedAt: null };
    const run = drilledRun({
      notifications: [],
      assessment: builtAssessment({ moments, ttdMs: null, ttrMs: null, signal: null }),
    });
    const text = linesIn(run, 'head').join('\n');
    expect(text).toMatch(/탐지 \| 미탐지\n알림 \| 알림 없음/);
    expect(text).toMatch(/서비스 복구 \| 미복구/);
    expect(linesIn(run, 'detection').join('\n')).toContain('하나도 울리지 않았다');
  });

  it('tells a backlog that rose while every answer was good as what it is', () => {
    const moments = { ...builtMoments, restoredAt: null, drainedAt: at(50) };
    const run = drilledRun({ assessment: builtAssessment({ impactBy: 'backlog', moments, ttrMs: 30_000 }) });
    expect(linesIn(run, 'head').join('\n')).toMatch(/서비스 복구 \| 응답은 끝까지 정상이었음\n밀린 작업 해소 \| \d/);
    expect(linesIn(run, 'timeline').join('\n')).toContain('밀린 작업이 평소의 상한을 넘었다');
    const never = drilledRun({
      assessment: builtAssessment({ moments: { ...builtMoments, drainedAt: builtMoments.injectedAt } }),
    });
    expect(linesIn(never, 'head').join('\n')).toContain('밀린 작업 해소 | 읽은 값은 평소의 상한을 넘지 않음');
    expect(linesIn(never, 'timeline').join('\n')).not.toContain('밀린 작업이 장애 전 수준으로');
  });

  it('has the three ends each by itself, and tells the last as the time to recover', () => {
    const moments = { ...builtMoments, impactAt: at(20), restoredAt: at(42), drainedAt: at(57), consistentAt: at(63) };
    const told = (changes: Partial<Assessment>) => drilledRun({ assessment: builtAssessment({ moments, ...changes }) });
    const all = told({ hurt: ['answers', 'backlog', 'data'], ttrMs: 43_000 });
    const rows = linesIn(all, 'recovery').map((line) => line.split(' | '));
    expect(rows.slice(1, 4).map(([what, , after]) => [what, after])).toEqual([
      ['서비스', '22초'],
      ['밀린 작업(백로그)', '37초'],
      ['정합성', '43초'],
    ]);
    expect(linesIn(all, 'head').join('\n')).toContain('복구까지 걸린 시간 (TTR) | 43초 (데이터)');
    expect(linesIn(all, 'head')[0]).toMatch(
      /영향이 시작된 지 43초 뒤, 훈련 끝에 데이터 복원 명령으로 어긋난 데이터를 바로잡고서야/,
    );
    expect(linesIn(all, 'impact').join('\n')).toContain('43초 (데이터)');
    const unhurt = linesIn(told({}), 'recovery').map((line) => line.split(' | '));
    expect(unhurt.slice(1, 4).map(([, , after]) => after)).toEqual(['22초', '—', '—']);
    const open = told({
      hurt: ['answers', 'backlog'],
      moments: { ...moments, drainedAt: null },
      ttrMs: null,
    });
    expect(linesIn(open, 'head')[0]).toMatch(/훈련이 끝날 때까지 밀린 일이 다 처리되지 않았다\.$/);
    expect(linesIn(open, 'head').join('\n')).toContain('밀린 작업 해소 | 미복구');
  });

  it('of a drill with doubts says so on top and gives no times', () => {
    const assessment = builtAssessment({ doubts: [{ id: 'built-doubt', values: { alarms: 3 } }] });
    const { sections } = incidentOf(drilledRun({ assessment }));
    const [head, ...others] = sections;
    if (head === undefined) throw new Error('there is a head');
    expect(linesOf(head).slice(2, 4)).toEqual([
      '시간과 레벨을 믿을 수 없어 값을 적지 않는다. 이유:',
      'built-doubt (alarms=3)',
    ]);
    const text = [head, ...others].flatMap(linesOf).join('\n');
    expect(text).not.toMatch(/22초|1,900건|\+1\.0초|L1/);
    expect(text).toContain('L2 → 판정 불가');
  });

  it('names what could not be put back', () => {
    const { injection } = builtDrill();
    if (injection === null) throw new Error('a built drill has an injection');
    const undone = [{ kind: 'toxics', subject: 'redis', outcome: 'failed' as const, error: 'ECONNREFUSED' }];
    const run = drilledRun({ injection: { ...injection, revertedAt: null, revertedBy: null, undone } });
    expect(linesIn(run, 'recovery').join('\n')).toContain('되돌리지 못한 것: redis');
    expect(linesIn(run, 'measures').join('\n')).toMatch(/loadkit drill --cleanup[\s\S]*ECONNREFUSED/);
    const never = drilledRun({ injection: null, assessment: null });
    expect(linesIn(never, 'cause').join('\n')).toContain('주입하지 못함');
  });

  it('leaves owner and date to the team, and names the drill that verifies each action', () => {
    const rows = linesIn(drilledRun({ fault: 'redis-latency' }), 'prevention').filter((line) =>
      line.includes('loadkit drill redis-latency |'),
    );
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/ \|\s+\|\s*$/);
  });

  it('names the drill that begins with the action taken where there is one', () => {
    const commands = linesIn(drilledRun({ fault: 'deadlock', failure: 'deadlock' }), 'prevention').flatMap(
      (line) => /\| (loadkit drill [^|]+?) +\|/.exec(line)?.[1] ?? [],
    );
    expect(commands).toEqual([
      'loadkit drill deadlock-sorted deadlock-retried',
      'loadkit drill deadlock',
      'loadkit drill deadlock-retried',
    ]);
  });

  it('asks of a drill that cannot be trusted for nothing better than this time', () => {
    const assessment = builtAssessment({ doubts: [{ id: 'built-doubt', values: {} }] });
    expect(linesIn(drilledRun({ assessment }), 'prevention').join('\n')).not.toContain('이번보다');
  });

  it('counts no requests in the time of an impact that no answer felt', () => {
    const damage = { ...builtAssessment().damage, offered: 0, lost: 0, usersAsked: 0, usersAffected: 0 };
    const assessment = builtAssessment({ impactBy: 'backlog', damage: damage as Assessment['damage'] });
    const text = linesIn(drilledRun({ assessment }), 'impact').join('\n');
    expect(text).toMatch(/응답이 나빴던 동안의 요청 \| +응답은 끝까지 정상이었음/);
    expect(text).toMatch(/유실 \| +0건/);
    expect(text).not.toMatch(/0[건명] 중|데이터로 알 수 없음 \(/);
  });

  it('compares the level with what was believed', () => {
    expect(linesIn(drilledRun(), 'lessons')[0]).toContain('L2로 추정하였으나 실측은 L1로, 생각보다 심했다');
    const light = drilledRun({ assessment: builtAssessment({ level: 'absorbed' }) });
    expect(linesIn(light, 'lessons')[0]).toContain('생각보다 가벼웠다');
    const odd = drilledRun({ estimate: { level: '모름', ttd: null, ttr: null } });
    expect(linesIn(odd, 'lessons')).toHaveLength(1);
  });

  it('is none of a placebo or of a run under load', () => {
    const sentences = loadSentences(templatesFolder, 'ko');
    expect(buildIncident(placeboRun(), 'ko', sentences)).toBeNull();
    expect(buildIncident(couponRun(), 'ko', sentences)).toBeNull();
  });
});

describe.each(['ko', 'en'] as const)('the words of a fault in %s', (lang) => {
  const { has } = loadSentences(templatesFolder, lang);

  it.each(faults)('%s has a name, and sentences of its own or of its kind', (fault) => {
    expect(has(`fault.${fault}`) && has(`fault-what.${fault}`)).toBe(true);
    const failure = failureOf(fault);
    if (failure === null) return;
    for (const kind of faultTexts) expect(has(`${kind}.${fault}`) || has(`${kind}.${failure}`), kind).toBe(true);
  });

  it('are general for a fault that nobody wrote any for', () => {
    const text = renderIncident(drilledRun({ fault: 'of-another-loadkit', failure: 'lag' }), lang, 'md');
    expect(text).toContain('of-another-loadkit');
    expect(text).not.toMatch(/incident-(direct|root|fix|sooner|lesson)|fault-what/);
  });
});

function failureOf(fault: string): 'lock' | 'deadlock' | 'surge' | 'lag' | null {
  if (fault === 'none') return null;
  if (/^(lock|redis)/.test(fault)) return 'lock';
  if (/^(row|mysql)/.test(fault)) return 'deadlock';
  return /^(api|memory)/.test(fault) ? 'surge' : 'lag';
}

const hostile =
  '<script>alert(1)</script> | `x` **b** [l](javascript:1) {{title}} _i_ $m$ \u001B[31m\u0007 \u202Eevil\n# next\r\n---\n' +
  'x'.repeat(300);

describe.each(['ko', 'en'] as const)('strings of strangers in an incident report in %s', (lang) => {
  const filled = drilledRun({ mitigation: 'x', estimate: { level: 'x', ttd: 'x', ttr: 'x' } });
  const { record, places } = poisoned(filled.record, hostile);
  const run = { ...filled, record };

  it('stand in every field that takes any text', () => {
    expect(places).toEqual(
      expect.arrayContaining([
        ...['drill.fault', 'drill.mitigation', 'drill.estimate.level', 'drill.injection.facts.key'],
        ...['drill.injection.undone.0.subject', 'drill.detection.signals.0.name', 'drill.detection.alarms.0.signal'],
        ...[
          'drill.notifications.0.signal',
          'drill.placebo.run',
          'drill.assessment.clause.id',
          'drill.assessment.rules',
        ],
      ]),
    );
  });

  it('are no markup and begin no line of their own', () => {
    for (const format of ['md', 'html'] as const) {
      const text = renderIncident(run, lang, format).replace(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '');
      expect(text).not.toMatch(/(?<!\\)<(script>|img|b>)alert/);
      expect(text).not.toMatch(/^# next|^next/m);
      for (const char of ['\u001B', '\u0007', '\u202E']) expect(text).not.toContain(char);
    }
    for (const table of renderIncident(run, lang, 'md')
      .split('\n\n')
      .filter((block) => block.startsWith('|'))) {
      const bars = table.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(bars).size).toBe(1);
    }
  });

  it('do not stop the report that joins it', () => {
    const sentences = loadSentences(templatesFolder, lang);
    expect(buildView([couponRun(), run], lang, sentences).sections.length).toBeGreaterThan(8);
  });
});

it('stands beside the report in the formats that people read, with its images', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadkit-test-incident-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [runs, sentences] = [[drilledRun()], loadSentences(templatesFolder, 'ko')];
  const view = buildView(runs, 'ko', sentences);
  const beside = { view: incidentOf(drilledRun()), names: incidentNames };
  const report = { view, beside, runs, sentences, templatesFolder };
  const files = await writeReport({
    report,
    formats: ['md', 'html', 'json'],
    outputFolder: folder,
    onNotice: () => {},
  });
  expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
    ...['report.md', 'incident.md', 'report.html', 'incident.html', 'report.json'],
  ]);
  const images = readFileSync(join(folder, 'incident.md'), 'utf8').match(/charts\/[\w-]+\.png/g) ?? [];
  expect(images.length).toBeGreaterThan(1);
  for (const image of images) expect(readdirSync(join(folder, 'charts'))).toContain(image.slice('charts/'.length));
});

it('a time that nobody noticed for long is told from the injection', () => {
  const late = drilledRun({
    assessment: builtAssessment({ moments: { ...builtMoments, detectedAt: at(35) }, ttdMs: 15_000 }),
  });
  expect(linesIn(late, 'head').join('\n')).toMatch(/탐지 \| \d\d:\d\d:\d\d \(주입 \+15\.0초\)/);
});
