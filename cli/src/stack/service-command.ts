import type { ServiceManifest } from './service-manifest.ts';

/** How the commands of a service are run. */
export interface ServiceSetting {
  readonly manifest: ServiceManifest;
  readonly folder: string;
  /** What `node` in a command means. */
  readonly nodeFile: string;
  /** `REDIS_URL`, `MYSQL_URL`, `KAFKA_BROKERS`, as far as the service needs them. */
  readonly stores: Readonly<Record<string, string>>;
  /** `--set`, over the defaults of the manifest. */
  readonly set: Readonly<Record<string, string>>;
  /** See `Stack.overridesFile`. */
  readonly overridesFile: string | null;
}

export function commandLine(command: readonly string[], nodeFile: string): { file: string; args: string[] } {
  const [program = '', ...args] = command;
  return { file: program === 'node' ? nodeFile : program, args };
}

/** Later ones win: base, stores, the process's own, settings, the place of their overrides. */
export function serviceEnvironment(
  base: Readonly<Record<string, string>>,
  { manifest, stores, set, overridesFile }: ServiceSetting,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const { overrides } = manifest;
  const place = overrides === undefined || overridesFile === null ? {} : { [overrides.env]: overridesFile };
  return { ...base, ...stores, ...own, ...effectiveSettings(manifest, set), ...place };
}

/** Every declared setting with the value that it has in this run. */
export function effectiveSettings(
  manifest: ServiceManifest,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  const defaults = Object.entries(manifest.settings).map(([name, setting]) => [name, setting.default] as const);
  return { ...Object.fromEntries(defaults), ...set };
}
