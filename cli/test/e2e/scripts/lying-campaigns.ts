// Few users, two campaigns: each may take one coupon of each, and asks more often than that.
import { couponRequest } from '../../../../scenarios/lib/issue-coupon.ts';
import { post } from '../../../../scenarios/lib/request.ts';
import { options as lying } from './lying-coupon.ts';

export const options = lying;

export default function campaigns() {
  const user = 1 + Math.floor(Math.random() * 300);
  const campaignId = 1 + Math.floor(Math.random() * 2);
  post({ ...couponRequest(__ENV.BASE_URL ?? '', user), body: { campaignId } });
}
