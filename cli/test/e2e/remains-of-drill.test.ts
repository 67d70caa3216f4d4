import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { faults } from '../../src/faults/registry.ts';
import { type EndedDrill, endDrill, kills, phases, type Strike, signals } from './ended-drill.ts';
import { workplaces } from './loadkit.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import { isWhole } from './whole-form.ts';

// `loadkit drill` is ended in each phase of each fault. LOADKIT_TEST_WHOLE=1: all of them (npm run test:drills, hours) instead of
// the two that LOADKIT_TEST_SEED draws; LOADKIT_TEST_TABLE: the file that keeps the table.

const seed = Number(process.env.LOADKIT_TEST_SEED ?? '20261130');
const random = seededRandom(seed);
const ids = faults.map(({ id }) => id);

/** Each fault in each phase, and the ways to end it in turn. */
const killed = ids.flatMap((fault, row) =>
  phases.map((phase, column): Strike => ({ fault, phase, part: random(), blow: inTurn(kills, row + column) })),
);
/** Each signal in each phase, and the faults in turn. */
const signalled = signals.flatMap((blow, row) =>
  phases.map((phase, column): Strike => ({ fault: inTurn(ids, 7 * row + column), phase, part: random(), blow })),
);

function inTurn<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('there is none');
  return item;
}

function drawn(strikes: readonly Strike[]): readonly Strike[] {
  return isWhole ? strikes : shuffled(strikes, random).slice(0, 1);
}

/**
 * A baseline on a busy machine may not do, and then the fault never comes; a broker that takes long to come back leaves little of
 * the time of recovery, so that each try is sooner in its phase.
 */
const tries = 3;
const timeoutMs = 900_000;

const { place, removeAll } = workplaces();
const rows: string[] = [];
afterAll(() => {
  removeAll();
  const table = `fault | phase | ended by | exit | left | after cleanup\n${rows.join('')}`;
  process.stdout.write(`\nseed ${seed}\n${table}`);
  const file = process.env.LOADKIT_TEST_TABLE ?? '';
  if (file !== '') writeFileSync(file, table);
});

async function end(strike: Strike): Promise<EndedDrill> {
  for (let tried = 0; ; tried += 1) {
    const ended = await endDrill(place(), { ...strike, part: strike.part / 4 ** tried });
    if (!ended.struck && tried + 1 < tries) continue;
    const { fault, phase, blow } = strike;
    const exit = ended.finished === null ? 'hangs' : (ended.finished.exitCode ?? 'killed');
    const words = (what: readonly string[]) => what.join('; ') || 'nothing';
    rows.push(`${[fault, phase, blow, exit, words(ended.left), words(ended.leftAfterCleanup)].join(' | ')}\n`);
    expect(ended.struck, `the phase never came: ${JSON.stringify(ended.finished)}`).toBe(true);
    return ended;
  }
}

/** Of a process that was killed: it keeps nobody from anything. */
const deadLock = /^drill file \S+\.lock$/;
/** Where the watchdog was killed, too, nobody is there to remove it; the next command does. */
const tempFolder = /^temp folder loadkit-/;

describe(`a drill that is killed, seed ${seed}`, () => {
  it.each(drawn(killed))(
    '$fault: $blow in $phase leaves nothing',
    async (strike) => {
      const { finished, left, cleaned, leftAfterCleanup } = await end(strike);
      expect(finished?.exitCode).toBeUndefined();
      const mayStay = strike.blow === 'kill of all' ? [deadLock, tempFolder] : [deadLock];
      expect(left.filter((what) => !mayStay.some((kind) => kind.test(what)))).toEqual([]);
      expect(cleaned, cleaned.stderr).toMatchObject({ exitCode: 0 });
      expect(leftAfterCleanup).toEqual([]);
    },
    timeoutMs,
  );

  it('lock-orphan: ends with 95, and leaves nothing, when only its injector is killed', async () => {
    const strike: Strike = { fault: 'lock-orphan', phase: 'hold', part: 0.3, blow: 'kill of the injector' };
    const { finished, left, record } = await end(strike);
    expect(finished).toMatchObject({ exitCode: 95 });
    expect(record).toMatchObject({
      errors: [{ code: 'fault-cut-short' }],
      load: { cutBy: { code: 'fault-cut-short' } },
    });
    expect(left).toEqual([]);
  });
});

describe(`a drill that is told to end, seed ${seed}`, () => {
  it.each(drawn(signalled))(
    '$fault: $blow in $phase undoes it and ends with 130',
    async (strike) => {
      const { finished, left, cleaned, record } = await end(strike);
      // One that was already over has nothing to end.
      const isOver = strike.phase === 'verify' && record?.status === 'complete';
      if (!isOver) expect(finished).toMatchObject({ exitCode: 130 });
      expect(`${finished?.stdout}${finished?.stderr}`).not.toMatch(/^\s+at .*[:(]|internal error/m);
      expect(left).toEqual([]);
      expect(cleaned.stdout).toContain('nothing was left behind');
      if (isOver || strike.blow === 'Ctrl-C twice') return;
      expect(record?.status).toBe('interrupted');
      const injection = record?.drill?.injection;
      if (injection?.injectedAt == null) return;
      expect(injection.revertedAt).not.toBeNull();
      expect(injection.undone.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    },
    timeoutMs,
  );
});
