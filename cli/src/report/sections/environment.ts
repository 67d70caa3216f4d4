import type { Part, RunRecord } from '../../record/run-record.ts';
import { type Block, command, list, paragraph, type Section, words } from '../block.ts';
import { loadShape } from '../load-shape.ts';
import { speaksNoHttp } from '../no-figures.ts';
import type { SectionContext } from '../section-context.ts';
import { shellLine } from '../shell-line.ts';

/** 2. 테스트 대상 및 환경: what was loaded, on what, how, and the command that repeats it. */
export function environment(context: SectionContext): Section {
  const { runs, columns, say } = context;
  const apis = [...new Set(columns.filter(({ api }) => api.kind !== 'total').map(({ heading }) => heading))];
  const blocks: Block[] = [
    apis.length === 0
      ? paragraph(say(runs.some(speaksNoHttp) ? 'environment.no-http' : 'environment.no-api'))
      : list(apis),
    ...machines(context),
    parts(context),
    ...runs.flatMap(({ record }) => loadModel(context, record)),
  ];
  return { id: 'environment', heading: say('heading.environment'), blocks };
}

/** Once when every run had the same machine and code, else once per run: two hosts must not pass for one. */
function machines(context: SectionContext): Block[] {
  const { runs, runName } = context;
  const [first] = runs;
  if (first === undefined) return [];
  const same = runs.every(({ record }) => describe(record) === describe(first.record));
  if (same) return [machine(context, first.record, null), ...shared(context, first.record)];
  return runs.flatMap(({ record }) => [machine(context, record, runName(record)), ...shared(context, record)]);
}

function describe({ host, git, loadkit, timeZone }: RunRecord): string {
  return JSON.stringify({ host, git, loadkit, timeZone });
}

function machine({ say, format }: SectionContext, record: RunRecord, title: string | null): Block {
  const { host, loadkit } = record;
  return words(
    title,
    [say('head.item'), say('head.value')],
    [
      [
        say('environment.machine'),
        `${host.cpuModel} · ${say('environment.cpus', { count: host.cpuCount })} · ${format.bytes(host.memoryBytes)}`,
      ],
      [say('environment.os'), `${host.os} (${host.kernel}, ${host.arch}) · Node ${host.node}`],
      // Of a script that is not ours the service is not known, only where the script lies.
      [say(record.scenario?.foreign === true ? 'environment.any-commit' : 'environment.commit'), commit(record, say)],
      ['loadkit', loadkit],
    ],
  );
}

function commit({ git }: RunRecord, say: SectionContext['say']): string {
  if (git === null) return say('environment.no-commit');
  const branch = git.branch === null ? '' : ` (${git.branch})`;
  return `${git.commit.slice(0, 12)}${branch}${git.dirty ? ` ${say('environment.dirty')}` : ''}`;
}

function shared({ say }: SectionContext, { host }: RunRecord): Block[] {
  return host.shared ? [paragraph(say('environment.shared', { count: host.cpuCount }))] : [];
}

function parts({ runs, say, runName }: SectionContext): Block {
  const rows = runs.flatMap(({ record }) => record.parts.map((part) => ({ part, run: runName(record) })));
  if (rows.length === 0) return paragraph(say('environment.no-parts'));
  return words(
    say('environment.parts'),
    [say('head.part'), say('head.version'), say('head.settings')],
    alike(differentParts(rows)).map(({ names, part }) => [
      names.join(', '),
      `${part.product} ${part.version} · ${part.origin}`,
      pairs(part.settings) || '—',
    ]),
  );
}

/** Processes of one program with the same settings in one row. */
function alike(
  all: ReadonlyArray<{ readonly name: string; readonly part: Part }>,
): ReadonlyArray<{ readonly names: readonly string[]; readonly part: Part }> {
  const kinds = new Map<string, { names: string[]; part: Part }>();
  for (const { name, part } of all) {
    const key = JSON.stringify({ ...part, name: null });
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { names: [name], part });
    else kind.names.push(name);
  }
  return [...kinds.values()];
}

/** A part that was the same in every run once; else one row for each different one, named for its runs. */
function differentParts(all: ReadonlyArray<{ part: Part; run: string }>): Array<{ name: string; part: Part }> {
  const names = [...new Set(all.map(({ part }) => part.name))];
  return names.flatMap((name) => {
    const same = all.filter(({ part }) => part.name === name);
    const kinds = new Map<string, { part: Part; runs: string[] }>();
    for (const { part, run } of same) {
      const key = JSON.stringify(part);
      const kind = kinds.get(key) ?? { part, runs: [] };
      kinds.set(key, { part, runs: [...kind.runs, run] });
    }
    return [...kinds.values()].map(({ part, runs }) => ({
      name: kinds.size === 1 ? name : `${name} (${runs.join(', ')})`,
      part,
    }));
  });
}

function loadModel(context: SectionContext, record: RunRecord): Block[] {
  const { say, format, runName } = context;
  const { scenario } = record;
  const repeat = [paragraph(say('environment.repeat')), command(shellLine(record.command))];
  if (scenario === null) return repeat;
  const defaults = say('environment.defaults');
  return [
    words(
      say('environment.load', { scenario: runName(record) }),
      [say('head.item'), say('head.value')],
      [
        [say('environment.started'), format.moment(record.startedAt, record.timeZone)],
        [say('environment.shape'), loadShape(context, scenario.shape)],
        [say('environment.model'), say(`model.${scenario.model}`)],
        ...(scenario.flags.length === 0 ? [] : [[say('environment.flags'), scenario.flags.join(' ')]]),
        [say('environment.planned'), format.span(scenario.plannedMs)],
        [say('environment.seed'), scenario.seed === null ? '—' : String(scenario.seed)],
        ...(isUnset(scenario, record.set) ? [] : [[say('environment.set'), pairs(record.set) || defaults]]),
        [say('environment.parameters'), pairs(scenario.parameters) || defaults],
        ...(isUnset(scenario, record.fixture) ? [] : [[say('environment.fixture'), pairs(record.fixture) || '—']]),
        [say('environment.script'), `${scenario.file} (sha256 ${scenario.sha256.slice(0, 12)})`],
        [say('environment.record'), record.id],
      ],
    ),
    ...repeat,
  ];
}

/** Of a service that nobody knows there is nothing to set. */
function isUnset({ foreign }: { readonly foreign: boolean }, table: Readonly<Record<string, unknown>>): boolean {
  return foreign && Object.keys(table).length === 0;
}

function pairs(table: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(table)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
