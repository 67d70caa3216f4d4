import type { Speech } from './detail-format.ts';

/**
 * A scenario's `shape` in the language of the report: `arrival rate 100/s · 54s · ≤ 400 VU` is `도착률 초당 100회 · 54s · 최대 400 VU`.
 * Lengths stay in k6's notation.
 */
export function loadShape({ say }: Pick<Speech, 'say'>, shape: string): string {
  return shape
    .replace(/arrival rate ([^/]+)\/s/g, (_, rates: string) => say('shape.rate', { rates }))
    .replace(/≤ (\d+) VU/g, (_, vus: string) => say('shape.most', { vus }))
    .replace(/(\d+) iterations/g, (_, count: string) => say('shape.iterations', { count }));
}
