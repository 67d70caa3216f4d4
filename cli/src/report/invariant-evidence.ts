import type { Invariant } from '../record/run-record.ts';
import type { SectionContext } from './section-context.ts';

/** A figure's name may mean different things to different invariants: `evidence.<invariant>.<name>` wins. */
export function evidenceText({ say, has, name, format }: SectionContext, { id, evidence }: Invariant): string {
  const spoken = Object.entries(evidence).map(([key, value]) => {
    const own = `evidence.${id}.${key}`;
    return `${has(own) ? say(own) : name('evidence', key)} ${format.plain(value)}`;
  });
  return spoken.join(' · ') || '—';
}
