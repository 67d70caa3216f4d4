import { type Bench, notRun } from './row.ts';

/** Kept as a row, so that a reader sees that nothing is known about it yet. */
export const probeCost: Bench = {
  name: 'probes',
  run: async () => [notRun('cost of the probes', 'stores watched / not watched', 'needs Redis, MySQL and Kafka')],
};
