import type { ToolName, ToolSource } from '../system/tool.ts';
import type { SearchContext } from './context.ts';
import { inspectDocker } from './docker.ts';
import { planInstall } from './install-plan.ts';
import { manualLine, neededVersion, titleOf } from './manual-install.ts';
import { planLine } from './resolve.ts';
import type { Search } from './search.ts';
import { missingTools, type Survey, surveyTools, toolNames } from './survey.ts';

/**
 * `usable`: nothing to do. `installable`: loadkit can bring it. `missing`: only the user can.
 * `broken-setting`: an explicit setting that does not work. `optional`: not there, and no run needs it.
 */
export type ToolStatus = 'usable' | 'installable' | 'missing' | 'broken-setting' | 'optional';

/** One row of `loadkit doctor`. */
export interface ToolReport {
  readonly name: ToolName | 'java' | 'docker';
  readonly title: string;
  readonly needed: string;
  readonly status: ToolStatus;
  /** `MariaDB`, `Valkey`, … where a tool has several makers. */
  readonly product: string | null;
  readonly version: string | null;
  readonly where: string | null;
  readonly source: ToolSource | null;
  /** What would be done about it, or what to type; null when nothing is to do. */
  readonly action: string | null;
  readonly downloadBytes: number | null;
  readonly diskBytes: number | null;
  /** The row in one line: `7.0.15 (PATH) /usr/bin/redis-server`, or what would be done. */
  readonly summary: string;
  /** Places that were passed over, and why. */
  readonly notes: readonly string[];
}

/** Looks at every tool; changes nothing and asks no network. */
export async function inspectTools(context: SearchContext): Promise<ToolReport[]> {
  const [survey, docker] = await Promise.all([surveyTools(context), dockerReport(context)]);
  const missing = missingTools(survey);
  const rows = await Promise.all(toolNames.map((tool) => toolReport(tool, survey, missing.includes(tool), context)));
  const others = await Promise.all([javaReport(survey, context), toxiproxyReport(survey, context)]);
  return [...rows, ...others, docker].map((row) => ({ ...row, summary: summaryOf(row) }));
}

type Row = Omit<ToolReport, 'summary'>;

const sourceName = { setting: 'setting', path: 'PATH', cache: 'cache', installed: 'installed' } as const;

function summaryOf({ status, product, version, where, source, action, notes }: Row): string {
  if (status === 'usable' && source !== null) {
    return `${product === null ? '' : `${product} `}${version} (${sourceName[source]}) ${where}`;
  }
  return [action, ...notes].filter((part) => part !== null).join('; ');
}

async function toolReport(tool: ToolName, survey: Survey, isMissing: boolean, context: SearchContext): Promise<Row> {
  const base = { ...common(tool, survey[tool]), product: productOf(tool, survey) };
  if (survey[tool].brokenSetting !== null) return base;
  if (!isMissing) return { ...base, status: 'usable' };
  if (survey[tool].found !== null) return { ...base, status: 'missing', action: 'needs Java, see below' };
  const plan = await planInstall(tool, context);
  if (plan.possible) {
    const { downloadBytes, diskBytes } = plan;
    const action = planLine(tool, plan).replace(`${titleOf[tool]}: `, '');
    return { ...base, status: 'installable', action, downloadBytes, diskBytes };
  }
  const notes = [...base.notes, plan.reason];
  return { ...base, status: 'missing', action: await manualLine(tool, context), notes };
}

async function javaReport(survey: Survey, context: SearchContext): Promise<Row> {
  const base = common('java', survey.java);
  if (survey.java.brokenSetting !== null) return base;
  if (survey.java.found !== null) return { ...base, status: 'usable' };
  return { ...base, status: 'missing', action: await manualLine('java', context) };
}

async function toxiproxyReport(survey: Survey, context: SearchContext): Promise<Row> {
  const row = await toolReport('toxiproxy', survey, survey.toxiproxy.found === null, context);
  if (row.status === 'usable' || row.status === 'broken-setting') return row;
  return { ...row, status: 'optional', notes: [...row.notes, 'only drills on the way to a store need it'] };
}

async function dockerReport(context: SearchContext): Promise<Row> {
  const { where, version, note } = await inspectDocker(context);
  return {
    ...blank('docker'),
    status: version === null ? 'optional' : 'usable',
    version,
    where,
    source: where === null ? null : 'path',
    notes: [note],
  };
}

function common(
  name: ToolName | 'java',
  search: Search<{ readonly version: string; readonly source: ToolSource }>,
): Row {
  const { found, rejected, brokenSetting } = search;
  const notes = rejected.map(({ where, reason }) => `${where}: ${reason}`);
  if (brokenSetting !== null) {
    const { setting, where, reason, version } = brokenSetting;
    const action = `correct or unset ${setting}`;
    return { ...blank(name), status: 'broken-setting', where, source: 'setting', version, action, notes: [reason] };
  }
  if (found === null) return { ...blank(name), notes };
  return { ...blank(name), version: found.tool.version, where: found.where, source: found.tool.source, notes };
}

function blank(name: ToolReport['name']): Row {
  return {
    name,
    title: titleOf[name],
    needed: neededVersion[name],
    status: 'missing',
    product: null,
    version: null,
    where: null,
    source: null,
    action: null,
    downloadBytes: null,
    diskBytes: null,
    notes: [],
  };
}

function productOf(tool: ToolName, survey: Survey): string | null {
  if (tool === 'mysql') return survey.mysql.found?.tool.product ?? null;
  if (tool === 'redis') return survey.redis.found?.tool.product ?? null;
  return null;
}
