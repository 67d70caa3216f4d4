import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Part } from '../record/run-record.ts';
import { isSecretName } from '../system/secret.ts';
import { effectiveSettings, type ServiceSetting } from './service-command.ts';

const packageSchema = z.object({ version: z.string() });

/** One part for each process of the service, with the settings that it was started with. */
export async function describeService({ manifest, folder, set }: ServiceSetting): Promise<Part[]> {
  const version = await packageVersion(folder);
  const settings = Object.entries(effectiveSettings(manifest, set)).filter(([name]) => !isSecretName(name));
  return manifest.processes.map(({ name, command }) => ({
    name,
    product: manifest.name,
    version,
    origin: 'local',
    settings: { ...Object.fromEntries(settings), ...(command[0] === 'node' ? { node: process.versions.node } : {}) },
  }));
}

/** A service that is no npm package has none that we could know. */
async function packageVersion(folder: string): Promise<string> {
  try {
    return packageSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).version;
  } catch {
    return 'unknown';
  }
}
