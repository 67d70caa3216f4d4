import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { refuseOwnNames } from '../config/key-value.ts';
import type { RunOptions } from '../config/run-options.ts';
import type { ScenarioFile } from '../config/scenario-file.ts';
import type { AllowedHost } from '../load/allowed-host.ts';
import type { InspectedScenario } from '../load/load.ts';
import { proxiesPastTheDialer } from '../load/proxy-guard.ts';
import type { Reason } from '../record/run-record.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * Refuses what the script cannot know: profiles, rates and seeds reach scenarios of ours through their environment, k6's
 * stages only other scripts.
 *
 * @throws LoadkitError `option-foreign` or `option-value` (2)
 */
export function refuseUnknownOptions({ name }: ScenarioFile, foreign: boolean, options: RunOptions): void {
  if (foreign) {
    const given = { '--profile': options.profile, '--rate': options.rate, '--seed': options.seed };
    const [flag] = Object.entries(given).find(([, value]) => value !== null) ?? [];
    if (flag === undefined) return;
    throw refused(`${flag}: ${name} was not written for loadkit and does not know it`, {
      hint: "k6's own --vus, --duration, --iterations and --stage work for any script, and -e sets its environment",
    });
  }
  refuseOwnNames(options.env);
  if (options.stages.length === 0) return;
  throw refused(`--stage: ${name} has profiles of its own`, {
    hint: 'use --profile, --vus, --duration, --rate or --iterations; --stage is for scripts that were not written for loadkit',
  });
}

function refused(message: string, { hint }: { readonly hint: string }): LoadkitError {
  return new LoadkitError('option-foreign', message, { hint, exitCode: exitCode.usage });
}

/** What may be said before a load; the sentences stand in `templates/` as `notice.<id>`. */
export const noticeIds = [
  'flags-replace-scenarios',
  'variables-ignored',
  'config-ignored',
  'summary-not-exported',
  'summary-off',
  'handle-summary-not-called',
  'proxies-ignored',
  'host-allowed',
] as const;

function notice(id: (typeof noticeIds)[number], values: Reason['values']): Reason {
  return { id, values };
}

export interface NoticeContext {
  readonly env: Readonly<Record<string, string>>;
  /** Names that k6 would have read and does not get. */
  readonly ignoredVariables: readonly string[];
  readonly allowedHosts: readonly AllowedHost[];
  /** `--no-k6-summary` */
  readonly withoutSummary: boolean;
}

/** What the user should know before the load. */
export async function noticesOf(inspected: InspectedScenario, context: NoticeContext): Promise<Reason[]> {
  const { allowedHosts, env, withoutSummary } = context;
  const allowed = allowedHosts.flatMap(({ addresses }) => addresses);
  const proxies = await proxiesPastTheDialer(env, allowed);
  return [
    ...(inspected.scenario.foreign ? foreignNotices(inspected, context) : []),
    ...(withoutSummary ? [notice('summary-off', {})] : []),
    ...(withoutSummary && inspected.handlesSummary ? [notice('handle-summary-not-called', {})] : []),
    ...(proxies.length === 0 ? [] : [notice('proxies-ignored', { names: proxies.join(', ') })]),
    ...allowedHosts.map(({ host, addresses }) => notice('host-allowed', { host, addresses: addresses.join(', ') })),
  ];
}

function foreignNotices(
  { scenario, replacesScenarios, withoutExport }: InspectedScenario,
  { env, ignoredVariables: ignored, withoutSummary }: NoticeContext,
): Reason[] {
  const file = userConfigFile(env);
  return [
    ...(replacesScenarios ? [notice('flags-replace-scenarios', { flags: scenario.flags.join(' ') })] : []),
    ...(ignored.length === 0 ? [] : [notice('variables-ignored', { names: ignored.join(', ') })]),
    ...(file === null ? [] : [notice('config-ignored', { file })]),
    ...(withoutExport && !withoutSummary ? [notice('summary-not-exported', {})] : []),
  ];
}

/** What k6 reads unasked; null when it is not there. */
function userConfigFile({ HOME, XDG_CONFIG_HOME }: Readonly<Record<string, string>>): string | null {
  const home = HOME ?? '';
  const folder =
    process.platform === 'darwin'
      ? join(home, 'Library', 'Application Support')
      : (XDG_CONFIG_HOME ?? join(home, '.config'));
  const file = join(folder, 'k6', 'config.json');
  return existsSync(file) ? file : null;
}
