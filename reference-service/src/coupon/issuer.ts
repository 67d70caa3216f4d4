export type IssueOutcome = 'ISSUED' | 'ALREADY_ISSUED' | 'SOLD_OUT' | 'CAMPAIGN_NOT_FOUND';

export interface IssueRequest {
  readonly campaignId: number;
  readonly userId: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Gives one coupon of a campaign to a user. Rejects with `StoreFailure` when Redis did not answer in time. */
export type Issuer = (request: IssueRequest) => Promise<IssueOutcome>;
