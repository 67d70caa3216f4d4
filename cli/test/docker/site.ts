import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../../src/config/environment.ts';
import { startDockerStack } from '../../src/stack/docker-stack.ts';
import { freePorts } from '../../src/stack/ports.ts';
import type { ServiceManifest } from '../../src/stack/service-manifest.ts';
import { loadServiceManifest } from '../../src/stack/service-manifest-file.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { systemClock } from '../../src/system/clock.ts';
import { findExecutable } from '../../src/system/executable-file.ts';
import type { Supervisor } from '../../src/system/supervisor.ts';
import { startSupervisor } from '../../src/system/watchdog-client.ts';

const manifestFolder = fileURLToPath(new URL('../fixtures/service', import.meta.url));
export const composeFile = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));

export interface Site {
  readonly supervisor: Supervisor;
  readonly logFolder: string;
  readonly progress: readonly string[];
  start(changes?: StartChanges): Promise<Stack>;
  close(): Promise<void>;
}

export interface StartChanges {
  readonly needs?: Readonly<ServiceManifest['needs']>;
  /** Text of the compose file, made from that of the project. */
  readonly compose?: (text: string) => string;
  readonly firstPorts?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A place from which a small service is started on containers; needs only Redis unless a test asks for more. */
export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'lk-docker-'));
  const supervisor = await startSupervisor({ tempRoot: folder, clock: systemClock });
  const manifest = await loadServiceManifest(manifestFolder);
  const { path, forChildren } = readEnvironment();
  const dockerFile = findExecutable('docker', '/', path);
  if (dockerFile === undefined) throw new Error('these tests need docker');
  const progress: string[] = [];
  return {
    supervisor,
    logFolder: folder,
    progress,
    start: (changes: StartChanges = {}) => {
      const { needs = ['redis'], compose = (text: string) => text, firstPorts = [], env = {}, signal } = changes;
      const file = join(folder, 'docker-compose.yml');
      writeFileSync(file, compose(readFileSync(composeFile, 'utf8')));
      const others = freePorts();
      const queue = [...firstPorts];
      return startDockerStack(
        {
          manifest: { ...manifest, needs: [...needs] },
          set: {},
          fixture: manifest.fixture,
          logFolder: folder,
          onProgress: (line) => progress.push(line),
          signal: signal ?? new AbortController().signal,
        },
        {
          supervisor,
          clock: systemClock,
          manifestFolder,
          env: { ...forChildren, ...env },
          nodeFile: process.execPath,
          dockerFile,
          composeFile: file,
          ports: { next: async () => queue.shift() ?? others.next() },
        },
      );
    },
    close: async () => {
      await supervisor.close({ graceMs: 0 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
