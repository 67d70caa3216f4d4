/** A defect of the lying service, and what loadkit must say of it. */
export interface Row {
  /** `PLANTED_DEFECT` */
  readonly defect: string;
  readonly script: 'lying-coupon' | 'lying-order';
  readonly load: readonly string[];
  readonly verdict: 'INCORRECT' | 'FAIL';
  /** Invariants that are violated: these and no others. */
  readonly violated?: readonly string[];
  /** Thresholds that are broken; others may be, too. */
  readonly broken?: readonly string[];
  /** `id.rule` of a finding that is a problem. */
  readonly found?: string;
  /** Part of the short form, which runs in CI. */
  readonly short?: true;
}

const coupons = (rate: number, seconds: number) => ['--rate', String(rate), '--duration', `${seconds}s`];

export const rows: readonly Row[] = [
  {
    defect: 'oversell-race',
    script: 'lying-coupon',
    load: [...coupons(150, 8), '--fixture', 'COUPON_STOCK=300'],
    verdict: 'INCORRECT',
    // What is left of the campaign falls below zero with it.
    violated: ['over-issue', 'stock-negative'],
    short: true,
  },
  {
    defect: 'set-expires',
    script: 'lying-coupon',
    load: [...coupons(100, 8), '-e', 'USERS=300'],
    verdict: 'INCORRECT',
    violated: ['duplicate-issue', 'redis-db-agree'],
  },
  {
    defect: 'answered-before-stored',
    script: 'lying-coupon',
    // A click that is answered twice before it is stored once is lost as well: that would be another defect.
    load: [...coupons(150, 8), '-e', 'DOUBLE_CLICK=0'],
    verdict: 'INCORRECT',
    violated: ['lost-issue'],
    short: true,
  },
];
