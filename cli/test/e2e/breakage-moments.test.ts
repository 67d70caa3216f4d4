import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workplaces } from './loadkit.ts';
import { complaints } from './moment-outcome.ts';
import { type Moment, planMoments } from './moment-plan.ts';
import { type BrokenRun, breakRun } from './moment-run.ts';
import { momentTable, type TableRow } from './moment-table.ts';
import { isWhole } from './whole-form.ts';

// Kills a process of a run at moments drawn from a seed. LOADKIT_TEST_WHOLE=1: thirty moments instead of four;
// LOADKIT_TEST_SEED: others; LOADKIT_TEST_TABLE: the file that keeps the table.

// The four of this seed reach the load, and loadkit itself.
const seed = Number(process.env.LOADKIT_TEST_SEED ?? (isWhole ? '20260728' : '933'));
const moments = planMoments(isWhole ? 30 : 4, seed).map((moment) => ({
  ...moment,
  share: `${Math.round(moment.part * 100)} %`,
}));
const args = [
  'run',
  'order',
  '--stack',
  'local',
  '--profile',
  'smoke',
  '--duration',
  isWhole ? '8s' : '3s',
  '--no-install',
  '--quiet',
];

/** A busy machine may have run faster this time: then a little earlier. */
const tries = 4;
const earlier = 0.8;
/** For all tries; a run that hangs ends each of them before. */
const timeoutMs = 900_000;

const { place, removeAll } = workplaces();
const rows: TableRow[] = [];
let undisturbed: BrokenRun;

beforeAll(async () => {
  undisturbed = await breakRun(place(), args, null);
  rows.push({ moment: null, run: undisturbed, complaints: complaints({ victim: 'k6' }, undisturbed) });
});

afterAll(() => {
  const table = momentTable(rows, seed);
  process.stdout.write(`\n${table}`);
  const file = process.env.LOADKIT_TEST_TABLE ?? '';
  if (file !== '') writeFileSync(file, table);
  removeAll();
});

async function breakAt({ victim, part }: Moment): Promise<BrokenRun> {
  const { firstSeen = 0, lastSeen = 0 } = undisturbed.lifetimes.get(victim) ?? {};
  for (let left = tries, share = part; ; left -= 1, share *= earlier) {
    const at = firstSeen + share * (lastSeen - firstSeen);
    const phase = undisturbed.phases.findLast((begun) => begun.at <= at) ?? { name: 'plan', at: 0 };
    const run = await breakRun(place(), args, { victim, phase: phase.name, afterMs: at - phase.at });
    if (run.killedAt !== null || left <= 1) return run;
  }
}

describe(`a run of which one process is killed, seed ${seed}`, () => {
  it('is recorded whole when nobody is killed', () => {
    expect(undisturbed.finished?.stderr).toBe('');
    expect(rows[0]?.complaints).toEqual([]);
    expect(undisturbed.record?.status).toBe('complete');
    expect(undisturbed.lifetimes.size).toBe(7);
  });

  it.each(moments)(
    '$index: ends well when $victim is killed after $share of its life',
    async (moment) => {
      const run = await breakAt(moment);
      const found = complaints(moment, run);
      rows.push({ moment, run, complaints: found });
      expect(run.killedAt, `${moment.victim} was never there to be killed`).not.toBeNull();
      expect(found, JSON.stringify(run.finished, null, 2)).toEqual([]);
    },
    timeoutMs,
  );
});
