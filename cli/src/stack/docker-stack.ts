import { randomBytes } from 'node:crypto';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import { type DockerCli, dockerCli } from './docker-cli.ts';
import { type ComposeModel, portVariables, type StorePorts, storesOf } from './docker-compose-model.ts';
import { type ContainerWatch, watchContainer } from './docker-container.ts';
import { pullMissingImages } from './docker-images.ts';
import { dockerProblem, isPortTaken } from './docker-problem.ts';
import { type DockerProject, dockerProject } from './docker-project.ts';
import { sweepProjects } from './docker-removal.ts';
import { awaitStore } from './docker-stores.ts';
import type { Ports } from './ports.ts';
import type { Stack, StackRequest, StoreName } from './stack.ts';
import type { StartContext, Stores } from './start-context.ts';
import { databaseOf, type ServiceHost, startStack } from './start-stack.ts';
import { step } from './start-step.ts';
import { startTogether } from './start-together.ts';

export interface DockerStackContext extends ServiceHost {
  /** The `docker` program. */
  readonly dockerFile: string;
  readonly composeFile: string;
}

const askTimeoutMs = 30_000;
const portTries = 4;

/**
 * Starts the stores that the service needs in containers, from the compose file and under a project of its own, and the
 * service as processes of this machine. Rejects as `startStack`, also with `compose-invalid` or `compose-unfit` (2),
 * `docker-unreachable`, `image-missing` or `docker-failed` (93).
 */
export async function startDockerStack(request: StackRequest, docker: DockerStackContext): Promise<Stack> {
  const { supervisor, clock, composeFile } = docker;
  const { logFolder } = request;
  const cli = await dockerCli(docker);
  const project = dockerProject({ cli, supervisor, clock, composeFile, logFolder });
  const watches: ContainerWatch[] = [];
  return startStack(request, docker, {
    provider: 'docker',
    start: async (context) => {
      const [engine] = await Promise.all([engineAddress(cli), sweepProjects(cli, clock, logFolder)]);
      const { model, ports } = await step('containers', context, request, () =>
        startContainers(project, cli, request, context),
      );
      const ids = await project.containers();
      const folder = await supervisor.tempDir('docker-watch');
      for (const [name] of storesOf(ports)) {
        const container = { name, id: ids[name] ?? '', engine };
        watches.push(await watchContainer(container, { cli, clock, folder, logFolder }));
      }
      return { stores: await awaitStores(model, ports, watches, request, context), toxiproxy: null };
    },
    stop: async () => {
      // The log of a container ends with it, and what follows it then ends by itself.
      await project.remove();
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  });
}

/** On ports that nobody else has; somebody may take one between the look and the start. */
async function startContainers(
  project: DockerProject,
  cli: DockerCli,
  request: StackRequest,
  { ports: free, signal }: StartContext,
): Promise<{ model: ComposeModel; ports: StorePorts }> {
  const names = [...new Set(request.manifest.needs)];
  for (let left = portTries; ; left -= 1) {
    const ports = await drawPorts(names, free);
    const env = composeEnvironment(ports, databaseOf(request));
    const model = await project.readModel(ports, env, signal);
    await pullMissingImages(cli, model, names, request);
    const complaint = await project.up(model, names, env, signal);
    if (complaint === null) return { model, ports };
    if (left <= 1 || !isPortTaken(complaint)) throw dockerProblem('the containers could not be started', complaint);
    await project.remove();
  }
}

async function drawPorts(names: readonly StoreName[], ports: Ports): Promise<StorePorts> {
  const drawn: Array<readonly [StoreName, number]> = [];
  for (const name of names) drawn.push([name, await ports.next()]);
  return Object.fromEntries(drawn);
}

/** What the compose file takes from its environment. The password is of this run. */
function composeEnvironment(ports: StorePorts, database: string): Record<string, string> {
  const own = storesOf(ports).map(([name, port]) => [portVariables[name].variable, String(port)] as const);
  return { ...Object.fromEntries(own), MYSQL_DATABASE: database, MYSQL_PASSWORD: randomBytes(18).toString('hex') };
}

async function awaitStores(
  model: ComposeModel,
  ports: StorePorts,
  watches: readonly ContainerWatch[],
  request: StackRequest,
  context: StartContext,
): Promise<Stores> {
  const stores = await startTogether(
    context.signal,
    storesOf(ports).map(([name, port]) => async (signal) => {
      const container = watches.find((watch) => watch.container.name === name)?.container;
      const service = model.services[name];
      if (container === undefined || service === undefined || container.id === '') throw lost(name);
      const own = { clock: context.clock, signal };
      const store = await step(name, context, request, () =>
        awaitStore[name]({ container, port, service, context: own }),
      );
      return [name, store] as const;
    }),
  );
  return Object.fromEntries(stores);
}

function lost(name: string): LoadkitError {
  return new LoadkitError('docker-failed', `docker compose started ${name}, but the engine knows no such container`, {
    exitCode: exitCode.unreachable,
  });
}

/** The one that the user's settings choose: `DOCKER_HOST`, else the context in use. */
async function engineAddress(cli: DockerCli): Promise<string | null> {
  const format = '--format={{.Endpoints.docker.Host}}';
  const answer = await cli.run(['context', 'inspect', format], { timeoutMs: askTimeoutMs });
  return answer.ok && answer.stdout.trim() !== '' ? answer.stdout.trim() : null;
}
