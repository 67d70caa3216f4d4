import type { Reason } from '../record/run-record.ts';
import type { SectionContext } from './section-context.ts';

/** A reason as a sentence; identifiers among its values become words where there are any. */
export function reasonText({ say, name, format }: SectionContext, { id, values }: Reason): string {
  const spoken: Record<string, string | number> = { ...values };
  if (values.invariant !== undefined) spoken.invariant = name('invariant', String(values.invariant));
  if (values.why !== undefined) spoken.why = name('why', String(values.why));
  if (values.rule !== undefined) spoken.rule = name('rule', String(values.rule));
  if (typeof values.observed === 'number') spoken.observed = format.plain(values.observed);
  if (typeof values.waitedMs === 'number') spoken.waitedMs = format.time(values.waitedMs);
  return say(`reason.${id}`, spoken);
}
