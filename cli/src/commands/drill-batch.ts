import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { maskSecretsIn } from '../system/secret.ts';

/** One drill of a batch. */
const plannedSchema = z.object({ fault: z.string(), number: z.int(), of: z.int(), run: z.string().nullable() });
export type PlannedDrill = z.infer<typeof plannedSchema>;

const batchSchema = z.object({
  schema: z.literal('loadkit.drills'),
  id: z.string(),
  /** What shapes the drills, secrets masked; a batch is gone on with only under the same. */
  options: z.record(z.string(), z.unknown()),
  drills: z.array(plannedSchema),
});

interface NewBatch {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Done once, before the others. */
  readonly first: readonly string[];
  readonly faults: readonly string[];
  readonly repeat: number;
}

/** Drills that belong together, in `<reports>/drills.json`: which are done is known after a kill at any moment. */
export class DrillBatch {
  readonly id: string;
  readonly #file: string;
  readonly #options: Readonly<Record<string, unknown>>;
  #drills: readonly PlannedDrill[];
  /** Where the list of the batch went that was there before; null: there was none that is worth it. */
  readonly kept: string | null;

  private constructor(
    file: string,
    { id, options, drills }: Omit<z.infer<typeof batchSchema>, 'schema'>,
    kept: string | null = null,
  ) {
    this.id = id;
    this.kept = kept;
    this.#file = file;
    this.#options = maskSecretsIn(options);
    this.#drills = drills;
  }

  /** A batch that is there already is kept beside it: see `kept`. */
  static async begin(reportsFolder: string, { id, options, first, faults, repeat }: NewBatch): Promise<DrillBatch> {
    const drills = [...first.map((fault) => ({ fault, number: 1, of: 1, run: null })), ...repeated(faults, repeat)];
    const kept = await keepFormer(reportsFolder);
    const batch = new DrillBatch(fileIn(reportsFolder), { id, options, drills }, kept);
    await batch.#write();
    return batch;
  }

  /** Throws `LoadkitError` `no-batch` (2) when there is none, or one of other options. */
  static async resume(reportsFolder: string, options: Record<string, unknown>): Promise<DrillBatch> {
    const file = fileIn(reportsFolder);
    const batch = await readBatch(reportsFolder, { option: '--resume', hint: 'leave --resume out to begin a new one' });
    const [wanted, begun] = [maskSecretsIn(options), maskSecretsIn(batch.options)];
    // What an earlier version did not know was not given.
    const differing = Object.keys({ ...begun, ...wanted }).find(
      (key) => !isSame(wanted[key] ?? null, begun[key] ?? null),
    );
    if (differing !== undefined) {
      throw noBatch(
        `--resume: the batch in ${file} was begun with another ${differing}: ${JSON.stringify(begun[differing] ?? null)}`,
        'type the command line of its beginning, or leave --resume out',
      );
    }
    return new DrillBatch(file, batch);
  }

  /** Ids of the runs that are done, in their order. Throws `LoadkitError` `no-batch` (2) when there is no batch, or none is done. */
  static async finishedRuns(reportsFolder: string): Promise<string[]> {
    const hint = `make one with: loadkit drill all --reports ${reportsFolder}`;
    const { drills } = await readBatch(reportsFolder, { option: '--drills', hint });
    const runs = drills.flatMap(({ run }) => run ?? []);
    if (runs.length > 0) return runs;
    throw noBatch(
      `--drills: of the batch in ${reportsFolder} no drill is done yet`,
      'go on with it: the command line of its beginning with --resume',
    );
  }

  /** Plans more of them, until each is there so many times. Resolves with what is new. */
  async add(faults: readonly string[], times: number): Promise<readonly PlannedDrill[]> {
    const added = repeated(faults, times).filter(
      ({ fault, number }) => !this.#drills.some((one) => one.fault === fault && one.number === number),
    );
    this.#drills = [...this.#drills, ...added];
    await this.#write();
    return added;
  }

  /** In the order in which they are done. */
  get open(): readonly PlannedDrill[] {
    return this.#drills.filter(({ run }) => run === null);
  }

  get done(): readonly PlannedDrill[] {
    return this.#drills.filter(({ run }) => run !== null);
  }

  async finish(drill: PlannedDrill, run: string): Promise<void> {
    this.#drills = this.#drills.map((one) =>
      one.fault === drill.fault && one.number === drill.number ? { ...one, run } : one,
    );
    await this.#write();
  }

  async #write(): Promise<void> {
    const batch = { schema: 'loadkit.drills', id: this.id, options: this.#options, drills: this.#drills };
    await writeFile(`${this.#file}.tmp`, `${JSON.stringify(batch, null, 2)}\n`);
    await rename(`${this.#file}.tmp`, this.#file);
  }
}

/** Under the time of its beginning, where some of several drills is done: hours may lie in them. */
async function keepFormer(reportsFolder: string): Promise<string | null> {
  const file = fileIn(reportsFolder);
  const former = batchSchema.safeParse(asJson(await readFile(file, 'utf8').catch(() => '')));
  const drills = former.data?.drills.filter(({ fault }) => fault !== 'none') ?? [];
  if (!former.success || drills.length < 2 || drills.every(({ run }) => run === null)) return null;
  const kept = join(reportsFolder, `drills-${former.data.id.replace(/[^\dTZ]/g, '')}.json`);
  await rename(file, kept);
  return kept;
}

/** Repeat by repeat: a batch that is stopped has each fault once before one of them twice. */
function repeated(faults: readonly string[], times: number): PlannedDrill[] {
  return Array.from({ length: times }, (_, n) =>
    faults.map((fault) => ({ fault, number: n + 1, of: times, run: null })),
  ).flat();
}

async function readBatch(
  reportsFolder: string,
  { option, hint }: { readonly option: string; readonly hint: string },
): Promise<z.infer<typeof batchSchema>> {
  const file = fileIn(reportsFolder);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw noBatch(`${option}: no batch of drills was begun in ${reportsFolder}`, hint);
  const parsed = batchSchema.safeParse(asJson(text));
  if (!parsed.success) throw noBatch(`${option}: ${file} is no batch of drills`, hint);
  return parsed.data;
}

function fileIn(reportsFolder: string): string {
  return join(reportsFolder, 'drills.json');
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function noBatch(message: string, hint: string): LoadkitError {
  return new LoadkitError('no-batch', message, { hint, exitCode: exitCode.usage });
}
