import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { DockerCli } from './docker-cli.ts';
import type { ComposeModel } from './docker-compose-model.ts';
import { dockerProblem } from './docker-problem.ts';
import type { StackRequest } from './stack.ts';

const askTimeoutMs = 30_000;
/** A few hundred megabytes over a slow line. */
const pullTimeoutMs = 1_200_000;

/**
 * Pulls the images of these services that are not here.
 *
 * @throws LoadkitError `image-missing` (93) with docker's own line when one cannot be had
 */
export async function pullMissingImages(
  cli: DockerCli,
  { services }: ComposeModel,
  names: readonly string[],
  { onProgress, signal }: Pick<StackRequest, 'onProgress' | 'signal'>,
): Promise<void> {
  const images = names.flatMap((name) => {
    const service = services[name];
    return service?.image === undefined || service.build !== undefined ? [] : [service.image];
  });
  for (const image of new Set(images)) {
    const found = await cli.run(['image', 'inspect', '--format={{.Id}}', image], { timeoutMs: askTimeoutMs, signal });
    if (found.ok) continue;
    if (!/no such (image|object)/i.test(found.complaint)) throw dockerProblem(`image ${image}`, found.complaint);
    onProgress(`pulling ${image}`);
    const pulled = await cli.run(['pull', '--quiet', image], { timeoutMs: pullTimeoutMs, signal });
    if (pulled.ok) continue;
    throw new LoadkitError(
      'image-missing',
      `the image ${image} is not here and could not be pulled: ${pulled.complaint}`,
      { hint: `docker pull ${image} where there is a network, or --stack local`, exitCode: exitCode.unreachable },
    );
  }
}
