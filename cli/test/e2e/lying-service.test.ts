import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/record/run-record.ts';
import { type Finished, onlyRun, projectRoot, workplaces } from './loadkit.ts';
import { type Row, rows } from './lying-table.ts';
import { isWhole, itInWhole } from './whole-form.ts';

const { place, removeAll } = workplaces();

/** What was measured, printed at the end. */
const table: { defect: string; verdict: string; named: string }[] = [];
afterAll(() => {
  removeAll();
  for (const { defect, verdict, named } of table) {
    process.stdout.write(`${defect.padEnd(24)} ${verdict.padEnd(14)} ${named}\n`);
  }
});

/** @param script one of the lying service, or the name of a scenario: then on the service as it is */
async function run(script: string, defect: string, load: readonly string[]): Promise<Run> {
  const here = place();
  const isLying = script.startsWith('lying');
  const file = isLying ? join(import.meta.dirname, 'scripts', `${script}.ts`) : script;
  const set = isLying ? ['--set', `PLANTED_DEFECT=${defect}`] : [];
  const open = ['--stack', 'local', '--profile', 'open', '--no-warmup', '--quiet'];
  const finished = await here.loadkit(['run', file, ...open, ...load, ...set]);
  const { record } = onlyRun(here);
  here.remove();
  const names = namesOf(record);
  const said = [...names.violated, ...names.broken, ...names.found].join(', ');
  table.push({
    defect: defect === 'none' ? `none (${script})` : defect,
    verdict: `${record.judgement?.verdict.name} ${finished.exitCode}`,
    named: said,
  });
  return { finished, record, names };
}

interface Run {
  readonly finished: Finished;
  readonly record: RunRecord;
  readonly names: ReturnType<typeof namesOf>;
}

function namesOf({ invariants, judgement }: RunRecord) {
  return {
    violated: invariants.filter(({ outcome }) => outcome === 'violated').map(({ id }) => id),
    undetermined: invariants.filter(({ outcome }) => outcome === 'undetermined').map(({ id }) => id),
    broken: (judgement?.thresholds ?? [])
      .filter(({ outcome }) => outcome !== 'held')
      .map(({ metric, expression }) => `${metric} ${expression}`),
    found: (judgement?.findings ?? [])
      .filter(({ outcome }) => outcome === 'problem')
      .map(({ id, detail }) => `${id}.${detail.rule}`),
  };
}

function expectCaught(
  { verdict, violated = [], broken = [], found, ruledOut }: Row,
  { finished, record, names }: Run,
): void {
  const seen = JSON.stringify({ names, ...finished });
  expect(record.judgement?.verdict.name, seen).toBe(verdict);
  expect(finished.exitCode).toBe(verdict === 'INCORRECT' ? 94 : 99);
  expect(names.violated.toSorted(), seen).toEqual([...violated].sort());
  expect(names.undetermined).toEqual([]);
  for (const threshold of broken) expect(names.broken, seen).toContain(threshold);
  if (found !== undefined) expect(names.found, seen).toContain(found);
  const ruledOuts = record.judgement?.findings.flatMap((finding) => finding.ruledOut.map(({ id }) => id));
  if (ruledOut !== undefined) expect(ruledOuts).toContain(ruledOut);
}

/** While other work takes the CPU of the machine, which the run says itself, its times are not the service's. */
function expectClean({ finished, record, names }: Run): void {
  const seen = JSON.stringify({ names, ...finished });
  const isFull = names.found.includes('service-cpu.host-full-others');
  const broken = names.broken.filter((gate) => !(isFull && isOfTime.test(gate)));
  expect({ ...names, broken }, seen).toMatchObject({ violated: [], undetermined: [], broken: [] });
  if (names.broken.length > 0) return;
  expect(record.judgement?.verdict.name, seen).toBe('PASS');
  expect(finished.exitCode).toBe(0);
}

const isOfTime = /^(http_req_duration|dropped_iterations|redis_ping_ms)/;

describe('a service that lies is caught, and the right thing is named', () => {
  it.each(rows.filter(({ short }) => isWhole || short))('$defect: $verdict', async (row) => {
    expectCaught(row, await run(row.script, row.defect, row.load));
  });
});

const clean = ['lying-coupon', 'order', 'lying-order', 'coupon'] as const;
const cleanRuns = Array.from({ length: isWhole ? 30 : 2 }, (_, index) => ({
  number: index + 1,
  script: clean[index % clean.length] ?? 'coupon',
}));

describe('the same service without a defect, and the real one, raise nothing', () => {
  it.each(cleanRuns)('run $number: $script', async ({ script }) => {
    const rate = script.endsWith('coupon') ? '100' : '60';
    expectClean(await run(script, 'none', ['--rate', rate, '--duration', '10s']));
  });

  itInWhole('with users of two campaigns', async () => {
    expectClean(await run('lying-campaigns', 'none', ['--rate', '100', '--duration', '10s']));
  });
});

describe('the name of a defect', () => {
  it('must be given: without one the service does not start', async () => {
    const cwd = join(projectRoot, 'reference-service/test/fixtures/lying-service');
    const options = { cwd, reject: false, timeout: 60_000 };
    const { exitCode, stderr } = await execa(process.execPath, ['--import', 'tsx', 'main.ts'], options);
    expect(stderr).toContain('PLANTED_DEFECT: expected one of none, oversell-race');
    expect(stderr).toContain('found ""');
    expect(exitCode).toBe(2);
  });

  it('that is not known keeps the service from starting, and those which are known are told', async () => {
    const here = place();
    const file = join(import.meta.dirname, 'scripts', 'lying-coupon.ts');
    const args = ['run', file, '--stack', 'local', '--quiet', '--set', 'PLANTED_DEFECT=gremlins'];
    const finished = await here.loadkit(args);
    expect(finished.stdout).toContain('PLANTED_DEFECT: expected one of none, oversell-race');
    expect(finished.stdout).toContain('found "gremlins"');
    expect(finished.exitCode).toBe(93);
  });
});
