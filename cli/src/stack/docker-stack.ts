import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { Stack, StackRequest } from './stack.ts';

export interface DockerStackContext {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly manifestFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeFile: string;
  /** The `docker` program. */
  readonly dockerFile: string;
  readonly composeFile: string;
}

export async function startDockerStack(_request: StackRequest, _docker: DockerStackContext): Promise<Stack> {
  throw new LoadkitError('not-built', 'docker');
}
