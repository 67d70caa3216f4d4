import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseKeyValues } from '../config/key-value.ts';
import { chooseFixture, chooseSettings } from '../config/service-settings.ts';
import type { ServicePlan } from '../pipeline/plan-run.ts';
import { loadServiceManifest } from '../stack/service-manifest-file.ts';
import type { CommandContext } from './context.ts';

export interface UpFlags {
  service?: string;
  set: string[];
  fixture: string[];
  stack: 'auto' | 'local' | 'docker';
  foreground?: true;
  export?: true;
  install: boolean;
  quiet?: true;
}

export interface DownFlags {
  service?: string;
  all?: true;
  force?: true;
}

/** The service that shall be up, with its settings and fixture. Throws `LoadkitError` (2) for what it does not know. */
export async function wantedService(flags: UpFlags, context: CommandContext): Promise<ServicePlan> {
  const folder = await realpath(serviceFolder(flags.service, context)).catch(() =>
    serviceFolder(flags.service, context),
  );
  const manifest = await loadServiceManifest(folder);
  return {
    folder,
    manifest,
    settings: chooseSettings(manifest.settings, parseKeyValues('--set', flags.set), context.environment.lookup),
    fixture: chooseFixture(manifest.fixture, {}, parseKeyValues('--fixture', flags.fixture)),
  };
}

function serviceFolder(named: string | undefined, { cwd, project }: CommandContext): string {
  if (named !== undefined) return resolve(cwd, named);
  return existsSync(join(cwd, 'loadkit.json')) ? cwd : join(project.root, 'reference-service');
}
