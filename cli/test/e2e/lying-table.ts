/** A defect of the lying service, and what loadkit must say of it. */
export interface Row {
  /** `PLANTED_DEFECT` */
  readonly defect: string;
  readonly script: 'lying-coupon' | 'lying-campaigns' | 'lying-order';
  readonly load: readonly string[];
  readonly verdict: 'INCORRECT' | 'FAIL';
  /** Invariants that are violated: these and no others. */
  readonly violated?: readonly string[];
  /** Thresholds that are broken; others may be, too. */
  readonly broken?: readonly string[];
  /** `id.rule` of a finding that is a problem. */
  readonly found?: string;
  /** What such a finding rules out. */
  readonly ruledOut?: string;
  /** Part of the short form, which runs in CI. */
  readonly short?: true;
}

const at = (rate: number, seconds: number) => ['--rate', String(rate), '--duration', `${seconds}s`];

export const rows: readonly Row[] = [
  {
    defect: 'oversell-race',
    script: 'lying-coupon',
    load: [...at(150, 8), '--fixture', 'COUPON_STOCK=300'],
    verdict: 'INCORRECT',
    // What is left of the campaign falls below zero with it.
    violated: ['over-issue', 'stock-negative'],
    short: true,
  },
  {
    defect: 'set-keyed-wrongly',
    script: 'lying-campaigns',
    load: at(100, 8),
    verdict: 'INCORRECT',
    violated: ['duplicate-issue', 'holder-set'],
  },
  {
    defect: 'set-expires',
    script: 'lying-coupon',
    load: [...at(100, 8), '-e', 'USERS=300'],
    verdict: 'INCORRECT',
    violated: ['duplicate-issue', 'holder-set'],
  },
  {
    defect: 'answered-before-stored',
    script: 'lying-coupon',
    // A click that is answered twice before it is stored once is lost as well: that would be another defect.
    load: [...at(150, 8), '-e', 'DOUBLE_CLICK=0'],
    verdict: 'INCORRECT',
    violated: ['lost-issue'],
    short: true,
  },
  {
    defect: 'order-without-stock',
    script: 'lying-order',
    load: at(60, 8),
    verdict: 'INCORRECT',
    violated: ['order-without-stock'],
  },
  {
    defect: 'stock-without-order',
    script: 'lying-order',
    load: at(60, 8),
    verdict: 'INCORRECT',
    violated: ['stock-without-order'],
  },
  {
    defect: 'event-before-commit',
    script: 'lying-order',
    load: at(60, 8),
    verdict: 'INCORRECT',
    violated: ['points-without-order'],
  },
  {
    defect: 'event-lost',
    script: 'lying-order',
    load: at(60, 8),
    verdict: 'INCORRECT',
    violated: ['points-missing'],
    short: true,
  },
  {
    defect: 'double-accrual',
    script: 'lying-order',
    load: at(60, 8),
    verdict: 'INCORRECT',
    violated: ['double-accrual'],
  },
  {
    defect: 'idempotency-key-ignored',
    script: 'lying-order',
    load: [...at(60, 8), '-e', 'DOUBLE_CLICK=0.05'],
    verdict: 'INCORRECT',
    violated: ['duplicate-idempotency-key'],
    broken: ['bad_answers rate==0'],
    short: true,
  },
  {
    defect: 'error-in-body',
    script: 'lying-order',
    load: at(60, 8),
    verdict: 'FAIL',
    broken: ['bad_answers rate==0'],
    found: 'bad-answer.found',
    short: true,
  },
  {
    defect: 'pause',
    script: 'lying-order',
    load: at(60, 26),
    verdict: 'FAIL',
    broken: ['http_req_duration{name:create_order} p(99)<500'],
    found: 'stall.pauses',
  },
  {
    defect: 'latency-grows',
    script: 'lying-coupon',
    // A drift is told from a slow beginning in 30 s or more.
    load: at(100, 35),
    verdict: 'FAIL',
    broken: ['http_req_duration{name:issue_coupon} p(95)<100'],
    found: 'steady-state.latency-rises',
  },
  {
    defect: 'error-for-some-users',
    script: 'lying-order',
    load: at(60, 10),
    verdict: 'FAIL',
    broken: ['http_req_failed{name:create_order} rate<0.01'],
    found: 'error-class.server-error',
    // They come evenly, so that it is not the load which they come of.
    ruledOut: 'uneven-errors',
    short: true,
  },
];
