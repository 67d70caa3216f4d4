// Loads well and fails in its first iteration for good.
import exec from 'k6/execution';

export const options = {
  vus: 1,
  iterations: 1,
  ext: { loadkit: { service: '../../../../reference-service' } },
};

export function setup() {
  throw new Error('no fixture today');
}

export default function throws() {
  exec.test.abort('never reached');
}
