import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { createLiveView, type LiveView } from '../../src/commands/live-view.ts';
import type { LoadLine } from '../../src/record/series.ts';
import { type TurnedClock, turnedClock } from './live-view-clock.ts';
import { Terminal } from './live-view-terminal.ts';

interface Shown {
  readonly view: LiveView;
  readonly clock: TurnedClock;
  readonly terminal: Terminal;
}

function show(options: { columns?: number; isTty?: boolean; color?: boolean; quiet?: boolean } = {}): Shown {
  const { columns = 100, isTty = true, color = false, quiet = false } = options;
  const clock = turnedClock();
  const terminal = new Terminal(columns, isTty);
  return { view: createLiveView({ stream: terminal, isTty, color, quiet, clock, title: 'coupon' }), clock, terminal };
}

function second(t: number, requests: number, failed = 0): LoadLine {
  const counters = {
    'http_reqs{expected_response:true,name:a,status:201}': requests - failed,
    'http_reqs{expected_response:false,name:a,status:503}': failed,
  };
  return { kind: 'load', t, from: t - 1000, instance: 0, counters, gauges: { vus: 100 }, histograms: {} };
}

const controlSequence = '\u001B';

test('on a terminal the load is one block that is redrawn in place', async () => {
  const { view, clock, terminal } = show();
  view.phase('load', 60_000);
  for (let t = 1; t <= 15; t += 1) {
    view.add(second(t * 1000, 480));
    await clock.turn(1000);
  }
  const screen = terminal.screen();
  expect(screen).toHaveLength(3);
  expect(screen[0]).toContain('coupon  load  00:15/01:00');
  expect(screen[1]).toContain('TPS 480.0');
  expect(screen[1]).toContain('requests 7,200');
  expect(screen[2]).toContain('lag Redis -');
  view.stop();
});

test('steps and notes stay above the block', async () => {
  const { view, clock, terminal } = show();
  view.step('redis 7.0.15 ready');
  await clock.turn(2000);
  view.phase('load', 60_000);
  view.note('worker ended with code 1');
  await clock.turn(1000);
  const screen = terminal.screen();
  expect(screen.slice(0, 2)).toEqual(['  00:00 redis 7.0.15 ready', 'worker ended with code 1']);
  expect(screen[2]).toContain('coupon  load  00:01/01:00');
  expect(screen).toHaveLength(5);
  view.stop();
});

test('stopping leaves the counts of the load, shows the cursor and ends the beat', async () => {
  const { view, clock, terminal } = show();
  const exitListeners = process.listenerCount('exit');
  view.phase('load', 60_000);
  view.add(second(1000, 480, 3));
  await clock.turn(1000);
  expect(terminal.cursorHidden).toBe(true);

  view.stop();
  view.stop();
  expect(terminal.screen()).toEqual(['coupon load ended 00:01 | failed 3 (0.63%) | requests 480']);
  expect(terminal.cursorHidden).toBe(false);
  expect(clock.sleeping()).toBe(0);
  expect(process.listenerCount('exit')).toBe(exitListeners - 1);

  view.note('report: reports/x/report.md');
  view.step('too late');
  expect(terminal.screen().slice(1)).toEqual(['report: reports/x/report.md']);
});

test('an exit of the process without a stop gives the cursor back', () => {
  const { view, terminal } = show();
  view.phase('load', 60_000);
  const [restore] = process.listeners('exit').slice(-1);
  restore?.(1);
  expect(terminal.cursorHidden).toBe(false);
  view.stop();
});

test.each([12, 20, 30, 45, 60, 80, 120])('a terminal of %i columns gets no line that would wrap', async (columns) => {
  const { view, clock, terminal } = show({ columns, color: true });
  view.phase('load', 60_000);
  view.add(second(1000, 1_234_567, 12));
  await clock.turn(1000);
  const screen = terminal.screen();
  expect(screen.length).toBeLessThanOrEqual(3);
  for (const line of screen) expect(stringWidth(line)).toBeLessThan(columns);
  view.stop();
});

test('away from a terminal there is a line every 10 s and no control sequence', async () => {
  const { view, clock, terminal } = show({ isTty: false });
  view.step('redis ready');
  await clock.turn(3000);
  view.phase('load', 60_000);
  for (let t = 1; t <= 25; t += 1) {
    view.add(second(t * 1000, 480));
    await clock.turn(1000);
  }
  view.phase('drain', null);
  view.stop();
  const unknown = 'lag Redis - | Kafka - | CPU k6 - | service - cores';
  expect(terminal.screen()).toEqual([
    '  00:00 redis ready',
    'coupon load, 01:00 planned',
    `coupon load 00:10/01:00 | TPS 480.0 | p95 - | failed 0 (0.00%) | requests 4,800 | VUs 100 | ${unknown}`,
    `coupon load 00:20/01:00 | TPS 480.0 | p95 - | failed 0 (0.00%) | requests 9,600 | VUs 100 | ${unknown}`,
    'coupon load ended 00:25 | failed 0 (0.00%) | requests 12,000',
    'coupon drain',
  ]);
  expect(terminal.raw).not.toContain(controlSequence);
});

test('requests of the warm-up enter no figure', async () => {
  const { view, clock, terminal } = show({ isTty: false });
  view.phase('warmup', 3000);
  view.add(second(1000, 400));
  await clock.turn(3000);
  view.phase('load', 60_000);
  view.add(second(4000, 480));
  view.stop();
  expect(terminal.screen().at(-1)).toBe('coupon load ended 00:00 | failed 0 (0.00%) | requests 480');
});

test('quiet shows notes and nothing else', async () => {
  const { view, clock, terminal } = show({ quiet: true });
  view.step('redis ready');
  view.phase('load', 60_000);
  view.add(second(1000, 480));
  await clock.turn(30_000);
  view.note('worker ended with code 1');
  view.stop();
  expect(terminal.raw).toBe('worker ended with code 1\n');
});

test('colors are there when asked for, and only then', async () => {
  for (const color of [true, false]) {
    const { view, clock, terminal } = show({ color });
    view.phase('load', 60_000);
    view.add(second(1000, 480, 3));
    await clock.turn(1000);
    expect(terminal.raw.includes(`${controlSequence}[31mfailed 3`)).toBe(color);
    view.stop();
  }
});

test('a load that runs longer than planned says so instead of standing still', async () => {
  const { view, clock, terminal } = show();
  view.phase('load', 60_000);
  await clock.turn(71_000);
  expect(terminal.screen()[0]).toContain('01:11/01:00');
  view.stop();
});
