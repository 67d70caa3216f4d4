import type { StackProvider } from '../record/stack-provider.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { StackRequest, StoreName } from './stack.ts';

/**
 * The stores that get a proxy.
 * @throws LoadkitError `proxy-unfit` (2) for one that the service does not use
 */
export function proxiedStores({ manifest, proxied = [] }: StackRequest): readonly StoreName[] {
  const unused = proxied.filter((name) => !manifest.needs.includes(name));
  if (unused.length > 0) {
    throw new LoadkitError(
      'proxy-unfit',
      `${manifest.name} does not use ${unused.join(', ')}: no proxy can stand before it`,
      {
        hint: `its loadkit.json needs: ${manifest.needs.join(', ') || 'nothing'}`,
        exitCode: exitCode.usage,
      },
    );
  }
  return [...new Set(proxied)];
}

/**
 * Where loadkit does not start the stores as processes of this machine it puts no proxy before them.
 * @throws LoadkitError `proxy-unfit` (2) when one is asked for
 */
export function refuseProxies({ proxied = [] }: Pick<StackRequest, 'proxied'>, provider: StackProvider): void {
  if (proxied.length === 0) return;
  throw new LoadkitError(
    'proxy-unfit',
    `a proxy before ${proxied.join(', ')} is put into a local stack only, this one is ${provider}`,
    {
      hint: 'use --stack local',
      exitCode: exitCode.usage,
    },
  );
}
