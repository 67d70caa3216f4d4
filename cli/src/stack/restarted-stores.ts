import type { StackProvider } from '../record/stack-provider.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { StackRequest } from './stack.ts';

/**
 * The stores that are started again when they end, with the time until then in milliseconds.
 * @throws LoadkitError `restart-unfit` (2) for one that the service does not use
 */
export function restartedStores({ manifest, restarted = {} }: StackRequest): NonNullable<StackRequest['restarted']> {
  const unused = Object.keys(restarted).filter((name) => manifest.needs.every((needed) => needed !== name));
  if (unused.length === 0) return restarted;
  throw new LoadkitError(
    'restart-unfit',
    `${manifest.name} does not use ${unused.join(', ')}: there is nothing to be started again`,
    { hint: `its loadkit.json needs: ${manifest.needs.join(', ') || 'nothing'}`, exitCode: exitCode.usage },
  );
}

/**
 * Where the stores are not processes that loadkit starts for the request, it starts none of them again and chooses no
 * persistence.
 * @throws LoadkitError `restart-unfit` (2) when it is asked for
 */
export function refuseRestarts(
  { restarted = {}, redisPersistence = true }: Pick<StackRequest, 'restarted' | 'redisPersistence'>,
  provider: StackProvider,
): void {
  const wishes = [
    ...Object.keys(restarted).map((name) => `a restart of ${name}`),
    ...(redisPersistence ? [] : [empty]),
  ];
  if (wishes.length === 0) return;
  throw new LoadkitError('restart-unfit', `${wishes.join(', ')}: in a local stack only, this one is ${provider}`, {
    hint: 'use --stack local',
    exitCode: exitCode.usage,
  });
}

const empty = 'Redis without persistence';
