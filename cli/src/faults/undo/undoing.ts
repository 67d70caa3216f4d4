/** How one step is undone. Works when there is nothing to undo, and touches nothing that is not ours. */
export interface Undoing {
  /** Of whom, for people: `coupon:campaign:1:lock`. */
  readonly subject: string;
  /** Resolves when it is sure that nothing is left. Rejects when it may be. */
  undo(signal: AbortSignal): Promise<'undone' | 'absent'>;
}
