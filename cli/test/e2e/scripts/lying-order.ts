// The order scenario as it is, on a service that may lie.
import order, { options as honest } from '../../../../scenarios/order.ts';

export const options = {
  ...honest,
  ext: {
    loadkit: { ...honest.ext?.loadkit, service: '../../../../reference-service/test/fixtures/lying-service' },
  },
};

export default order;
