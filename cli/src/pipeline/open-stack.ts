import { join } from 'node:path';
import type { ExternalUrls } from '../config/run-options.ts';
import { startDockerStack } from '../stack/docker-stack.ts';
import { connectExternalStack } from '../stack/external-stack.ts';
import { type HeldStack, useHeldStack } from '../stack/held-stack.ts';
import { startLocalStack } from '../stack/local-stack.ts';
import { refuseProxies } from '../stack/proxied-stores.ts';
import { refuseRestarts } from '../stack/restarted-stores.ts';
import type { Stack, StackRequest } from '../stack/stack.ts';
import type { Clock } from '../system/clock.ts';
import type { Supervisor } from '../system/supervisor.ts';
import type { StoreTools } from '../system/tool.ts';
import type { ServicePlan } from './plan-run.ts';

/** Starts, takes or connects to what a run needs. `service` null: only what the URLs name is watched. */
export type OpenStack = (
  service: ServicePlan | null,
  request: Pick<StackRequest, 'logFolder' | 'onProgress' | 'signal' | 'proxied' | 'restarted' | 'redisPersistence'>,
) => Promise<Stack>;

/** Where the stack of one run comes from, with what that needs. */
export type StackSource =
  | { readonly provider: 'local'; readonly toolchain: StoreTools }
  | { readonly provider: 'docker'; readonly dockerFile: string }
  | { readonly provider: 'running'; readonly held: HeldStack }
  | { readonly provider: 'external'; readonly urls: ExternalUrls };

export interface OpenContext {
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  /** Loadkit's own folder, with its `docker-compose.yml`. */
  readonly projectRoot: string;
}

export function stackOpener(source: StackSource, { supervisor, clock, env, projectRoot }: OpenContext): OpenStack {
  return async (service, request) => {
    if (source.provider !== 'local') {
      refuseProxies(request, source.provider);
      refuseRestarts(request, source.provider);
    }
    if (source.provider === 'external' || service === null) {
      const urls = source.provider === 'external' ? source.urls : noUrls;
      return connectExternalStack({ urls, manifest: service?.manifest ?? null, ...request }, { clock });
    }
    const { manifest, settings: set, fixture, folder: manifestFolder } = service;
    const wanted: StackRequest = { manifest, set, fixture, ...request };
    const start = { supervisor, clock, env, manifestFolder, nodeFile: process.execPath };
    switch (source.provider) {
      case 'local':
        return startLocalStack(wanted, { ...start, toolchain: source.toolchain });
      case 'docker':
        return startDockerStack(wanted, {
          ...start,
          dockerFile: source.dockerFile,
          composeFile: join(projectRoot, 'docker-compose.yml'),
        });
      case 'running':
        return useHeldStack(source.held, wanted, start);
    }
  };
}

const noUrls: ExternalUrls = { baseUrl: null, redisUrl: null, mysqlUrl: null, kafkaBrokers: null, metricsUrls: {} };
