import type { Clock } from '../system/clock.ts';
import { LoadkitError } from '../system/error.ts';
import type { ServiceManifest } from './service-manifest.ts';
import type { Stack, StackRequest } from './stack.ts';

export interface ExternalStackRequest extends Pick<StackRequest, 'logFolder' | 'onProgress' | 'signal'> {
  readonly urls: {
    readonly baseUrl: string | null;
    readonly redisUrl: string | null;
    readonly mysqlUrl: string | null;
    readonly kafkaBrokers: readonly string[] | null;
    readonly metricsUrls: Readonly<Record<string, string>>;
  };
  /** Of the service that the script names, for what there is to watch. */
  readonly manifest: ServiceManifest | null;
}

export async function connectExternalStack(_request: ExternalStackRequest, _context: { clock: Clock }): Promise<Stack> {
  throw new LoadkitError('not-built', 'external');
}
