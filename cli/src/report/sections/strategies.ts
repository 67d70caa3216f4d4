import { type Block, list, type Section, subheading, words } from '../block.ts';
import { perRun } from '../per-run.ts';
import type { SectionContext } from '../section-context.ts';
import { horizons, type Strategy, strategies } from '../strategy.ts';
import { effectOf } from '../strategy-effect.ts';
import { needOf } from '../strategy-need.ts';

/** 5. 장애 대응 전략: the twelve of the reference report, in each horizon first those that a finding calls for. */
export function strategySection(context: SectionContext): Section {
  const { say } = context;
  const notes = ['strategies.applied', 'strategies.needed', 'strategies.effect'].map((key) => say(key));
  return {
    id: 'strategies',
    heading: say('heading.strategies'),
    blocks: [...horizons.flatMap((horizon) => ofHorizon(context, horizon)), list(notes)],
  };
}

function ofHorizon(context: SectionContext, horizon: Strategy['horizon']): Block[] {
  const { say } = context;
  const all = strategies
    .filter((one) => one.horizon === horizon)
    .map((strategy) => ({ strategy, needs: needOf(context, strategy) }));
  const ordered = [...all.filter(({ needs }) => needs.length > 0), ...all.filter(({ needs }) => needs.length === 0)];
  return [
    subheading(say(`horizon.${horizon}`)),
    words(
      null,
      [say('head.item'), say('head.description'), say('head.applied'), say('head.needed'), say('head.effect')],
      ordered.map(({ strategy, needs }) => [
        say(`strategy.${strategy.id}`),
        say(`strategy-text.${strategy.id}`),
        applied(context, strategy),
        needs.length === 0 ? say('strategies.not-called') : needs.join(', '),
        effectOf(context, strategy) ?? say('not-run'),
      ]),
    ),
  ];
}

function applied(context: SectionContext, strategy: Strategy): string {
  const { runs, say } = context;
  const texts = runs.map(({ record }) => {
    const { state, shown } = strategy.applied(record);
    return `${say(`applied.${state}`)}${shown === '' ? '' : ` (${shown})`}`;
  });
  return perRun(context, texts) || say('applied.unknown');
}
