import type { UpState } from '../../src/stack/held-state.ts';
import { noUrls } from './built-options.ts';

/** Of a stack `shop` that is up, without addresses. */
export function builtUpState(changes: Partial<UpState> = {}): UpState {
  return {
    status: 'up',
    name: 'shop',
    manifestFolder: '/shop',
    keeper: { pid: 7, startedAt: null },
    since: 0,
    logFolder: '/logs',
    provider: 'local',
    manifestSha256: '',
    socket: '/socket',
    endpoints: { ...noUrls, kafkaBrokers: null, metricsUrls: {} },
    parts: [],
    set: {},
    fixture: {},
    ...changes,
  };
}
