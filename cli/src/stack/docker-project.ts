import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../system/clock.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { EndDuty, Supervisor } from '../system/supervisor.ts';
import type { DockerCli } from './docker-cli.ts';
import {
  type ComposeModel,
  checkComposeModel,
  composeModelSchema,
  composeOverride,
  type StorePorts,
} from './docker-compose-model.ts';
import { describeOwner, ownerLabel } from './docker-owner.ts';
import { dockerProblem } from './docker-problem.ts';
import { projectLabel, projectPrefix, removal, removeProject } from './docker-removal.ts';

/** The containers, volumes and networks of one run, under a name of their own. */
export interface DockerProject {
  readonly name: string;
  /** Reads and checks the compose file. @throws LoadkitError `compose-invalid`, `compose-unfit` (2) */
  readModel(ports: StorePorts, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ComposeModel>;
  /** Makes and starts the containers of these services; resolves with docker's complaint, null when all run. */
  up(
    model: ComposeModel,
    services: readonly string[],
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** Ids of the containers that were made, by service. */
  containers(): Promise<Readonly<Record<string, string>>>;
  /** Removes everything, also what a half-done start left. Rejects with `docker-left` (93) when it could not. */
  remove(): Promise<void>;
}

const askTimeoutMs = 30_000;
/** Containers are made and started, images are here. */
const upTimeoutMs = 180_000;

interface ProjectContext {
  readonly cli: DockerCli;
  readonly supervisor: Pick<Supervisor, 'tempDir' | 'runAtEnd'>;
  readonly clock: Clock;
  readonly composeFile: string;
  readonly logFolder: string;
}

export function dockerProject({ cli, supervisor, clock, composeFile, logFolder }: ProjectContext): DockerProject {
  const name = `${projectPrefix}${randomBytes(5).toString('hex')}`;
  const logFile = join(logFolder, 'docker.log');
  const compose = (...files: readonly string[]) => [
    'compose',
    '--ansi=never',
    `--project-name=${name}`,
    `--project-directory=${dirname(composeFile)}`,
    ...files.map((file) => `--file=${file}`),
  ];
  let duty: EndDuty | undefined;

  return {
    name,
    readModel: async (ports, env, signal) => {
      const args = [...compose(composeFile), '--profile=*', 'config', '--format=json'];
      const answer = await cli.run(args, { timeoutMs: askTimeoutMs, env, signal });
      if (!answer.ok) throw notReadable(composeFile, answer.complaint);
      const model = parseModel(answer.stdout, composeFile);
      checkComposeModel(model, ports, name, composeFile);
      return model;
    },
    up: async (model, services, env, signal) => {
      // Before anything is made, so that there is no moment at which a kill could leave it behind.
      duty ??= await supervisor.runAtEnd(removal(cli, name, logFile));
      const override = join(await supervisor.tempDir('compose'), 'override.json');
      await writeFile(override, composeOverride(model, services, { [ownerLabel]: describeOwner(process.pid) }));
      const args = [...compose(composeFile, override), 'up', '--detach', ...services];
      const answer = await cli.run(args, { timeoutMs: upTimeoutMs, env, signal, logFile });
      return answer.ok ? null : answer.complaint;
    },
    containers: async () => {
      const format = '--format={{.Label "com.docker.compose.service"}}\t{{.ID}}';
      const args = ['ps', '--all', '--no-trunc', `--filter=label=${projectLabel}=${name}`, format];
      const answer = await cli.run(args, { timeoutMs: askTimeoutMs });
      if (!answer.ok) throw dockerProblem('the engine does not tell its containers', answer.complaint);
      return Object.fromEntries(
        answer.stdout
          .trim()
          .split('\n')
          .map((line) => line.split('\t')),
      );
    },
    remove: async () => {
      if (duty === undefined) return;
      await removeProject(cli, name, clock, logFile);
      await duty.withdraw();
      duty = undefined;
    },
  };
}

function parseModel(text: string, file: string): ComposeModel {
  try {
    return composeModelSchema.parse(JSON.parse(text));
  } catch (error) {
    throw notReadable(file, `docker compose printed what is not understood: ${messageOf(error)}`);
  }
}

function notReadable(file: string, complaint: string): LoadkitError {
  const problem = dockerProblem(`docker compose cannot read ${file}`, complaint);
  if (problem.code !== 'docker-failed') return problem;
  return new LoadkitError('compose-invalid', problem.message, {
    hint: `docker compose --file ${file} config says the same`,
    exitCode: exitCode.usage,
  });
}
