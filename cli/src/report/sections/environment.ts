import type { Part, RunRecord } from '../../record/run-record.ts';
import { type Block, command, list, paragraph, type Section, words } from '../block.ts';
import type { SectionContext } from '../section-context.ts';

/** 2. 테스트 대상 및 환경: what was loaded, on what, how, and the command that repeats it. */
export function environment(context: SectionContext): Section {
  const { runs, columns, say } = context;
  const [first] = runs;
  const blocks: Block[] = [list(columns.map(({ api }) => api.label))];
  if (first !== undefined)
    blocks.push(machine(context, first.record), ...shared(context, first.record), parts(context));
  for (const { record } of runs) blocks.push(...loadModel(context, record));
  return { id: 'environment', heading: say('heading.environment'), blocks };
}

function machine({ say, format }: SectionContext, { host, git, loadkit, startedAt, timeZone }: RunRecord): Block {
  return words(
    null,
    [say('head.item'), say('head.value')],
    [
      [say('environment.started'), format.moment(startedAt, timeZone)],
      [
        say('environment.machine'),
        `${host.cpuModel} · ${say('environment.cpus', { count: host.cpuCount })} · ${format.bytes(host.memoryBytes)}`,
      ],
      [say('environment.os'), `${host.os} (${host.kernel}, ${host.arch}) · Node ${host.node}`],
      [
        say('environment.commit'),
        git === null
          ? say('environment.no-commit')
          : `${git.commit.slice(0, 12)}${git.branch === null ? '' : ` (${git.branch})`}${git.dirty ? ` ${say('environment.dirty')}` : ''}`,
      ],
      ['loadkit', loadkit],
    ],
  );
}

function shared({ say }: SectionContext, { host }: RunRecord): Block[] {
  return host.shared ? [paragraph(say('environment.shared', { count: host.cpuCount }))] : [];
}

function parts({ runs, say }: SectionContext): Block {
  return words(
    say('environment.parts'),
    [say('head.part'), say('head.version'), say('head.settings')],
    differentParts(runs).map(({ name, part }) => [
      name,
      `${part.product} ${part.version}`,
      Object.entries(part.settings)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ') || '—',
    ]),
  );
}

/** A part that was the same in every run once; else one row per run, named for it. */
function differentParts(runs: SectionContext['runs']): Array<{ name: string; part: Part }> {
  const all = runs.flatMap(({ record }) =>
    record.parts.map((part) => ({ part, run: record.scenario?.name ?? record.id })),
  );
  const names = [...new Set(all.map(({ part }) => part.name))];
  return names.flatMap((name) => {
    const same = all.filter(({ part }) => part.name === name);
    const [first] = same;
    if (first === undefined) return [];
    const equal = same.every(({ part }) => JSON.stringify(part) === JSON.stringify(first.part));
    return equal ? [{ name, part: first.part }] : same.map(({ part, run }) => ({ name: `${name} (${run})`, part }));
  });
}

function loadModel({ say, format }: SectionContext, record: RunRecord): Block[] {
  const { scenario } = record;
  if (scenario === null) return [];
  const pairs = (table: Readonly<Record<string, string | number | boolean>>) =>
    Object.entries(table)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ') || say('environment.defaults');
  return [
    words(
      say('environment.load', { scenario: scenario.name }),
      [say('head.item'), say('head.value')],
      [
        [say('environment.shape'), scenario.shape],
        [say('environment.model'), say(`model.${scenario.model}`)],
        [say('environment.planned'), format.time(scenario.plannedMs)],
        [say('environment.seed'), scenario.seed === null ? '—' : String(scenario.seed)],
        [say('environment.set'), pairs(record.set)],
        [say('environment.fixture'), pairs(record.fixture)],
        [say('environment.script'), `${scenario.file} (sha256 ${scenario.sha256.slice(0, 12)})`],
        [say('environment.record'), record.id],
      ],
    ),
    paragraph(say(`model-note.${scenario.model}`)),
    paragraph(say('environment.repeat')),
    command(record.command.join(' ')),
  ];
}
