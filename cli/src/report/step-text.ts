import type { SectionContext } from './section-context.ts';
import type { Step } from './step.ts';

export function stepName({ say }: Pick<SectionContext, 'say'>, { scenario, stage }: Step): string {
  return stage === null ? scenario.name : say('steps.stage', { scenario: scenario.name, number: stage });
}

/** `200/s`, `10 → 100/s`, `0 → 50 VU`, `2 VU · 30회` */
export function offeredText({ say, format }: Pick<SectionContext, 'say' | 'format'>, { offered }: Step): string {
  if ('iterations' in offered) {
    const values = { users: format.plain(offered.users), iterations: format.plain(offered.iterations) };
    return say(offered.kind === 'iterations' ? 'offered.iterations' : 'offered.iterations-each', values);
  }
  const [from, to] = [format.plain(offered.from), format.plain(offered.to)];
  return `${from === to ? from : `${from} → ${to}`}${offered.kind === 'rate' ? '/s' : ' VU'}`;
}
