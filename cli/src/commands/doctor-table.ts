import Table from 'cli-table3';
import { exitCode } from '../system/exit-code.ts';
import { inspectTools, type ToolReport } from '../toolchain/inspect.ts';
import type { CommandContext } from './context.ts';
import { listenForInterrupt } from './interrupt.ts';
import { plainTable } from './plain-table.ts';
import { searchContext } from './tool-context.ts';

/** `loadkit doctor`: one row a tool. */
export async function printDoctor({ json }: { readonly json: boolean }, context: CommandContext): Promise<number> {
  const interrupt = listenForInterrupt(() => {});
  try {
    const tools = await inspectTools(searchContext(context, interrupt.signal));
    const code = doctorExitCode(tools);
    const { out } = context.output;
    if (json) {
      const { cacheFolder } = context.environment;
      out.write(`${JSON.stringify({ ok: code === exitCode.ok, cacheFolder, tools }, null, 2)}\n`);
    } else {
      for (const line of [doctorTable(tools), ...notes(tools), '', conclusion(tools)]) out.write(`${line}\n`);
    }
    return code;
  } finally {
    interrupt.release();
  }
}

/** 0: usable, or loadkit can install it. Docker never counts. */
export function doctorExitCode(tools: readonly ToolReport[]): number {
  if (tools.some(({ status }) => status === 'broken-setting')) return exitCode.usage;
  return tools.some(({ status }) => status === 'missing') ? exitCode.unreachable : exitCode.ok;
}

const statusWord: Readonly<Record<ToolReport['status'], string>> = {
  usable: 'ok',
  installable: 'install',
  missing: 'MISSING',
  'broken-setting': 'BROKEN',
  optional: '-',
};

function doctorTable(tools: readonly ToolReport[]): string {
  const table = new Table(plainTable(['tool', 'state', 'version', 'needs', 'from', 'where or what to do']));
  for (const { title, status, product, version, needed, source, where, action } of tools) {
    const named = [product !== null && product !== title ? product : null, version].filter((part) => part !== null);
    table.push([title, statusWord[status], named.join(' ') || '-', needed, source ?? '-', action ?? where ?? '-']);
  }
  return table.toString().replaceAll(/ +$/gm, '');
}

function notes(tools: readonly ToolReport[]): string[] {
  const lines = tools.flatMap((tool) => tool.notes.map((note) => `  ${tool.title}: ${note}`));
  return lines.length === 0 ? [] : ['', 'Notes', ...lines];
}

function conclusion(tools: readonly ToolReport[]): string {
  const titled = (status: ToolReport['status']) =>
    tools.filter((tool) => tool.status === status).map(({ title }) => title);
  const [broken, missing, installable] = [titled('broken-setting'), titled('missing'), titled('installable')];
  if (broken.length > 0) return `Correct the setting of ${broken.join(', ')} first.`;
  if (missing.length > 0) return `Install by hand: ${missing.join(', ')} (the lines are above).`;
  if (installable.length > 0)
    return `\`loadkit setup\` installs ${installable.join(', ')}; \`loadkit run\` does so too.`;
  return 'Everything a run needs is here.';
}
