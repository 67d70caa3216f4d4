import { join } from 'node:path';
import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { EndCommand } from '../system/supervisor.ts';
import type { DockerCli } from './docker-cli.ts';
import { isAbandoned, ownerLabel } from './docker-owner.ts';
import { dockerProblem } from './docker-problem.ts';

export const projectPrefix = 'loadkit-run-';
/** Compose puts it on all that it makes. */
export const projectLabel = 'com.docker.compose.project';

const askTimeoutMs = 30_000;
const removeTimeoutMs = 60_000;
const removePauseMs = 500;

/**
 * The end command of a project. Twice, because the engine may still be making what a client had asked for that was killed.
 */
export function removal({ file, env }: DockerCli, name: string, logFile: string): EndCommand {
  const down = `"$1" ${downArguments(name).join(' ')}`;
  return {
    name: 'remove-containers',
    file: '/bin/sh',
    args: ['-c', `${down}; sleep 1; ${down}`, 'sh', file],
    env,
    logFile,
    timeoutMs: removeTimeoutMs,
  };
}

/** By the labels of what is there: the compose file may have been changed or be gone by then. */
function downArguments(name: string): string[] {
  return ['compose', '--ansi=never', `--project-name=${name}`, 'down', '--volumes', '--remove-orphans', '--timeout=0'];
}

export async function removeProject(cli: DockerCli, name: string, clock: Clock, logFile: string): Promise<void> {
  const deadline = clock.monotonic() + removeTimeoutMs;
  for (;;) {
    const down = await cli.run(downArguments(name), {
      timeoutMs: Math.max(askTimeoutMs, Math.round(deadline - clock.monotonic())),
      logFile,
    });
    const remains = down.ok ? await listOf(cli, `${projectLabel}=${name}`) : [];
    if (down.ok && remains.length === 0) return;
    if (!down.ok || clock.monotonic() >= deadline) {
      const what = down.ok ? `${remains.length} of its parts are still there` : down.complaint;
      throw new LoadkitError('docker-left', `the containers of this run could not be removed: ${what}`, {
        hint: `when the engine answers again: docker compose -p ${name} down --volumes`,
        exitCode: exitCode.unreachable,
      });
    }
    await clock.sleep(removePauseMs);
  }
}

/**
 * Removes what runs left that were killed together with their watchdog: projects of ours whose owner is gone.
 * Never rejects; what cannot be removed now is for the next run.
 */
export async function sweepProjects(cli: DockerCli, clock: Clock, logFolder: string): Promise<void> {
  try {
    const labels = `{{.Label "${projectLabel}"}}\t{{.Label "${ownerLabel}"}}`;
    const abandoned = (await listOf(cli, ownerLabel, labels))
      .map((line) => line.split('\t'))
      .flatMap(([name = '', owner = '']) => (name.startsWith(projectPrefix) && isAbandoned(owner) ? [name] : []));
    for (const name of new Set(abandoned)) await removeProject(cli, name, clock, join(logFolder, 'docker.log'));
  } catch {
    // The engine is asked again in a moment, and says what is wrong.
  }
}

/** A line for each container, volume and network with that label. Rejects when the engine does not answer. */
async function listOf(cli: DockerCli, label: string, format = `{{.Label "${projectLabel}"}}`): Promise<string[]> {
  const lists = [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
  ];
  const answers = await Promise.all(
    lists.map((list) =>
      cli.run([...list, `--filter=label=${label}`, `--format=${format}`], { timeoutMs: askTimeoutMs }),
    ),
  );
  return answers.flatMap((answer) => {
    if (!answer.ok) throw dockerProblem('the engine does not tell what is there', answer.complaint);
    return answer.stdout.split('\n').filter((line) => line !== '');
  });
}
