import type { Answer, NamedRequest } from './request.ts';

export const issueCouponLabel = 'POST /api/coupons/{userId}';

/** Asks for the one coupon that a user may have. */
export function couponRequest(service: string, userId: number): NamedRequest {
  return {
    name: 'issue_coupon',
    url: `${service}/api/coupons/${userId}`,
    userId,
    body: {},
    fits: (status, answer) => fits(status, answer, userId),
  };
}

function fits(status: number, answer: Answer, userId: number): boolean {
  if (status === 409) return answer.code === 'ALREADY_ISSUED';
  if (status === 410) return answer.code === 'SOLD_OUT';
  return status === 201 && String(answer.userId) === String(userId);
}
