import type { Reason } from '../record/run-record.ts';
import { measuredValue } from './measured-value.ts';
import type { SectionContext } from './section-context.ts';

/** Of what a reason's sentence is made; a terminal has no columns. */
type Speech = Pick<SectionContext, 'say' | 'name' | 'format'>;

/**
 * A reason as a sentence; identifiers among its values become words, figures get their unit.
 *
 * @param units those that k6 gives for the metrics of the run, by name
 */
export function reasonText(
  { say, name, format }: Speech,
  { id, values }: Reason,
  units: Readonly<Record<string, string>> = {},
): string {
  const spoken: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    spoken[key] = typeof value === 'string' ? value : figure(format, key, value);
  }
  for (const kind of ['invariant', 'why', 'rule'] as const) {
    if (values[kind] !== undefined) spoken[kind] = name(kind, String(values[kind]));
  }
  for (const level of ['level', 'most'] as const) {
    if (values[level] !== undefined) spoken[level] = name('drill-level', String(values[level]));
  }
  const { observed, violations, difference, requests } = values;
  if (typeof observed === 'number') {
    const [metric, expression] = [String(values.metric ?? ''), String(values.expression ?? '')];
    spoken.observed = measuredValue(metric, expression, observed, format, units);
  }
  if (observed === 'unknown') spoken.observed = '—';
  if (typeof violations === 'number') spoken.violations = format.count(violations);
  if (violations === 'unknown') spoken.violations = '—';
  if (typeof difference === 'number') spoken.difference = format.count(Math.abs(difference));
  if (typeof requests === 'number') spoken.requests = format.count(requests);
  if (values.addresses === '') spoken.addresses = '—';
  return say(`reason.${id}`, spoken).trim();
}

function figure(format: Speech['format'], key: string, value: number): string {
  if (key.endsWith('Share')) return format.share(value);
  return key.endsWith('Ms') ? format.span(value) : format.plain(value);
}
