import type { Drill } from '../../record/drill.ts';
import type { Speech } from '../detail-format.ts';

/** What is known of a fault before it is drilled; the sentences are `<kind>.<fault>`. */
export const faultTexts = [
  'fault-what',
  'incident-direct',
  'incident-root',
  'incident-contributing',
  'incident-sooner',
  'incident-temporary',
  'incident-fix',
  'incident-limit',
  'incident-lesson',
] as const;

/**
 * Of the fault itself, or of the one that it is once more with a mitigation, or of its row of section 4, or of any fault: one
 * of another loadkit has no sentence of its own.
 */
export function faultText(
  { say, has }: Pick<Speech, 'say' | 'has'>,
  { fault, mitigates, failure }: Pick<Drill, 'fault' | 'mitigates' | 'failure'>,
  kind: (typeof faultTexts)[number],
): string {
  // What a row has for all its faults must not be taken for the one that is called like the row.
  const own = [fault, mitigates].flatMap((id) => (id === null ? [] : [id === failure ? `${id}-itself` : id]));
  const keys = [...own, ...(failure === null ? [] : [failure])].map((id) => `${kind}.${id}`);
  return say(keys.find(has) ?? `${kind}.any`);
}
