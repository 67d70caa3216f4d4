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

/** Of the fault itself, or of its row of section 4, or of any fault: one of another loadkit has no sentence of its own. */
export function faultText(
  { say, has }: Pick<Speech, 'say' | 'has'>,
  { fault, failure }: Pick<Drill, 'fault' | 'failure'>,
  kind: (typeof faultTexts)[number],
): string {
  const keys = [`${kind}.${fault}`, ...(failure === null ? [] : [`${kind}.${failure}`])];
  return say(keys.find(has) ?? `${kind}.any`);
}
