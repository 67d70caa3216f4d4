import { type Block, list, type Section, subheading, words } from '../block.ts';
import { drillGains, otherGains } from '../drill/drill-gain.ts';
import { mitigationName } from '../drill/drill-text.ts';
import { brokenIn } from '../drill/drilled-run.ts';
import { perRun } from '../per-run.ts';
import type { SectionContext } from '../section-context.ts';
import { horizons, type Strategy, strategies } from '../strategy.ts';
import { effectOf } from '../strategy-effect.ts';
import { needOf } from '../strategy-need.ts';

/** 5. 장애 대응 전략: the twelve of the reference report, in each horizon first those that a finding calls for. */
export function strategySection(context: SectionContext): Section {
  const { say } = context;
  const notes = ['strategies.applied', 'strategies.needed', 'strategies.effect'].map((key) => say(key));
  if (context.drills.length > 0) notes.push(say('strategies.drilled'));
  return {
    id: 'strategies',
    heading: say('heading.strategies'),
    blocks: [...horizons.flatMap((horizon) => ofHorizon(context, horizon)), ...beyond(context), list(notes)],
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
        effects(context, strategy),
      ]),
    ),
  ];
}

/** What drills measure of mitigations that the reference report does not name. */
function beyond(context: SectionContext): Block[] {
  const { drills, say, has } = context;
  if (brokenIn(drills).length === 0) return [];
  const textOf = (mitigation: string) =>
    has(`mitigation-text.${mitigation}`) ? say(`mitigation-text.${mitigation}`) : '—';
  return [
    subheading(say('strategies.others')),
    words(
      null,
      [say('head.item'), say('head.description'), say('head.effect')],
      otherGains(context).map(({ mitigation, gains }) => [
        mitigationName(context, mitigation),
        textOf(mitigation),
        gains.length === 0 ? say('not-run') : gains.join(' / '),
      ]),
    ),
  ];
}

function effects(context: SectionContext, strategy: Strategy): string {
  const compared = effectOf(context, strategy);
  const all = [...(compared === null ? [] : [compared]), ...drillGains(context, strategy)];
  return all.length === 0 ? context.say('not-run') : all.join(' / ');
}

function applied(context: SectionContext, strategy: Strategy): string {
  const { runs, drills, say } = context;
  // The drills are the experiments, whether or not they stand among the runs.
  const broken = brokenIn(drills).length;
  if (strategy.id === 'chaos' && broken > 0) return say('strategies.experiments', { count: broken });
  const texts = runs.map(({ record }) => {
    const { state, shown } = strategy.applied(record);
    return `${say(`applied.${state}`)}${shown === '' ? '' : ` (${shown})`}`;
  });
  return perRun(context, texts) || say('applied.unknown');
}
