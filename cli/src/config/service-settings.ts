import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { nearestName } from './scenario-file.ts';

interface Setting {
  readonly default: string;
  readonly values?: readonly string[] | undefined;
}

/**
 * Settings of the service for this run: what its manifest declares, from `--set`, else from the environment.
 * Only what was set is in the result; defaults are the service's own.
 */
export function chooseSettings(
  declared: Readonly<Record<string, Setting>>,
  set: Readonly<Record<string, string>>,
  lookup: (name: string) => string | undefined,
): Record<string, string> {
  const isSet = (name: string) => Object.hasOwn(set, name);
  const chosen = new Map<string, string>();
  for (const name of Object.keys(declared)) {
    const value = isSet(name) ? set[name] : lookup(name);
    if (value !== undefined && value !== '') chosen.set(name, value);
  }
  for (const name of Object.keys(set)) {
    if (!Object.hasOwn(declared, name)) throw unknownName('--set', name, Object.keys(declared));
  }
  for (const [name, value] of chosen) {
    const values = declared[name]?.values;
    if (values !== undefined && !values.includes(value)) {
      throw new LoadkitError('setting-value', `${name}: expected ${values.join(' or ')}, found "${value}"`, {
        hint: !isSet(name) ? `${name} comes from the environment` : 'it was given with --set',
        exitCode: exitCode.usage,
      });
    }
  }
  return Object.fromEntries(chosen);
}

/** Fixture of the run: the service's defaults, what the scenario changes, what the user says; later ones win. */
export function chooseFixture(
  defaults: Readonly<Record<string, string>>,
  scenario: Readonly<Record<string, string>>,
  user: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const name of [...Object.keys(scenario), ...Object.keys(user)]) {
    if (!Object.hasOwn(defaults, name)) throw unknownName('--fixture', name, Object.keys(defaults));
  }
  return { ...defaults, ...scenario, ...user };
}

function unknownName(option: string, name: string, known: readonly string[]): LoadkitError {
  const nearest = nearestName(name, known);
  return new LoadkitError('setting-unknown', `${option}: the service knows no "${name}"`, {
    hint: [
      nearest === null ? null : `did you mean ${nearest}?`,
      known.length === 0 ? 'it declares none' : `there are: ${known.join(', ')}`,
    ]
      .filter((line) => line !== null)
      .join('\n'),
    exitCode: exitCode.usage,
  });
}
