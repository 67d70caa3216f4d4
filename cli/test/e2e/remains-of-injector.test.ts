import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../src/faults/registry.ts';
import { type FramedInjector, type FrameVictim, startFramedInjector, victims } from './framed-injector.ts';
import { cacheWithoutStacks, workplaces } from './loadkit.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import { type SurvivingTarget, startSurvivingTarget } from './surviving-target.ts';
import { type Look, lookAt } from './target-remains.ts';
import { isWhole } from './whole-form.ts';

// SIGKILL of each fault's injector in each moment of its life, against a target that lives on. LOADKIT_TEST_WHOLE=1: all of
// them (npm run test:drills) instead of a few that LOADKIT_TEST_SEED draws; LOADKIT_TEST_TABLE: the file that keeps the table.

const moments = ['start', 'wait', 'inject', 'hold', 'undo'] as const;
type Moment = (typeof moments)[number];

interface Case {
  readonly fault: string;
  readonly moment: Moment;
  readonly victim: FrameVictim;
  /** Of the time in which the moment is. */
  readonly part: number;
}

const seed = Number(process.env.LOADKIT_TEST_SEED ?? '20261130');
const random = seededRandom(seed);
const all: Case[] = faults.flatMap(({ id: fault }) =>
  moments.flatMap((moment) => victims.map((victim) => ({ fault, moment, victim, part: random() }))),
);
const cases = isWhole ? all : shuffled(all, random).slice(0, 3);

const maxMs = 8_000;
/** Beyond the maximum: a session that is killed rolls back, a command that undoes has to start. */
const undoneWithinMs = 15_000;
/** Of the wait for its time: it never comes. */
const farMs = 600_000;
/** By then an injector waits with all prepared. */
const prepareMs = 4_000;
/** How long each moment is, about; milliseconds. */
const lengths: Readonly<Record<Moment, number>> = { start: 600, wait: 400, inject: 60, hold: 400, undo: 60 };
/** What would begin again does so by then. */
const againMs = 500;
const timeoutMs = 240_000;

const { place, removeAll } = workplaces();
const cache = cacheWithoutStacks();
const rows: string[] = [];
let target: SurvivingTarget;
let look: Look;
let injector: FramedInjector | undefined;

beforeAll(async () => {
  target = await startSurvivingTarget();
  await target.well();
  look = await lookAt(target);
});
afterEach(() => {
  injector?.end();
  injector = undefined;
});
afterAll(async () => {
  await target?.end();
  cache.remove();
  removeAll();
  const table = `fault | moment | killed | stood | left\n${rows.join('')}`;
  process.stdout.write(`\nseed ${seed}\n${table}`);
  const file = process.env.LOADKIT_TEST_TABLE ?? '';
  if (file !== '') writeFileSync(file, table);
});

async function inject(fault: string, moment: Moment): Promise<FramedInjector> {
  const startAt = moment === 'wait' ? Date.now() + farMs : moment === 'inject' ? Date.now() + prepareMs : null;
  injector = await startFramedInjector(cache.home, { fault, target: target.target, startAt, maxMs });
  await {
    start: async () => undefined,
    wait: injector.journalWritten,
    inject: () => sleep(Math.max(0, (startAt ?? 0) - Date.now())),
    hold: injector.standing,
    undo: injector.standing,
  }[moment]();
  return injector;
}

/** Names of what sessions of ours may hold. */
async function markers(of: FramedInjector): Promise<string[]> {
  return (await of.journal()).flatMap(({ step }) => (step.kind === 'mysql-session' ? [step.marker] : []));
}

async function leftOf(of: FramedInjector): Promise<string[]> {
  return [...of.left(), ...(await look(await markers(of)))];
}

/** Looks until nothing is left or the time is over; the last look counts. */
async function settled(of: FramedInjector, limitMs: number): Promise<string[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = await leftOf(of);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(100);
  }
}

describe(`an injector that is killed while its target lives on, seed ${seed}`, () => {
  it.each(cases)(
    '$fault: nothing is left when $victim is killed in $moment',
    async ({ fault, moment, victim, part }) => {
      await target.well();
      expect(await look([])).toEqual([]);
      const injected = await inject(fault, moment);
      // What is to be undone can be seen, or the look below would see nothing whatever was left.
      const steps = await injected.journal();
      if (moment === 'hold' && steps.length > 0) expect(await look(await markers(injected))).not.toEqual([]);
      if (moment === 'undo') injected.order();
      await sleep(part * lengths[moment]);
      await markers(injected);
      injected.kill(victim);
      const left = await settled(injected, maxMs + undoneWithinMs);
      const stood = injected.words().some(({ kind }) => kind === 'standing');
      rows.push([fault, moment, victim, stood ? 'yes' : 'no', left.join('; ') || 'nothing'].join(' | ').concat('\n'));
      expect(left).toEqual([]);
      // And it stays so: nobody begins anew.
      const processes = await target.well();
      await sleep(againMs);
      expect(await leftOf(injected)).toEqual([]);
      expect(await target.well()).toEqual(processes);
    },
    timeoutMs,
  );
});

describe('a fault that nobody undoes any more', () => {
  // Others end with the connection of their injector, or by themselves.
  const lasting = ['lock-orphan', 'api-stopped', 'consumer-stopped', 'redis-latency', 'consumer-paused'];
  const proxied = faults.flatMap(({ id, proxies }) => (proxies.length > 0 ? [id] : []));

  it.each(isWhole ? [...new Set([...lasting, ...proxied])] : lasting.slice(0, 1))(
    '%s is found by the look, and gone after loadkit drill --cleanup',
    async (fault) => {
      await target.well();
      const injected = await inject(fault, 'hold');
      await injected.killGuard();
      injected.kill('together');
      await sleep(2_000);
      expect(injected.left()).toEqual([expect.stringMatching(/^journal .*\.journal\.json$/)]);
      expect(await look([])).not.toEqual([]);
      const here = place();
      const cleaned = await here.loadkit(['drill', '--cleanup'], { XDG_CACHE_HOME: cache.home, TMPDIR: here.folder });
      expect(cleaned).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(new RegExp(`^undone +${fault} `)) });
      expect(await leftOf(injected)).toEqual([]);
    },
    timeoutMs,
  );
});
