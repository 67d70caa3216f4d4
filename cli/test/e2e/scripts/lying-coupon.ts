// The coupon scenario as it is, on a service that may lie.
import coupon, { options as honest } from '../../../../scenarios/coupon.ts';

export const options = {
  ...honest,
  ext: {
    loadkit: { ...honest.ext?.loadkit, service: '../../../../reference-service/test/fixtures/lying-service' },
  },
};

export default coupon;
