import { type Block, charts, list, paragraph, type Section, words } from '../block.ts';
import { drillChartGroup } from '../charts/chart-group.ts';
import { type IncidentContext, sinceInjection } from './incident-context.ts';
import { timelineEntries } from './timeline-entry.ts';

/** A process that ends again and again must not hide what follows. */
const mostEntries = 60;

/** 초 단위 타임라인: what happened when, and the curves with the moments marked. */
export function timeline(context: IncidentContext): Section {
  const { say, format, one } = context;
  const { timeZone } = one.run.record;
  const all = timelineEntries(context);
  const shown = all.slice(0, mostEntries);
  const more = all.length - shown.length;
  return {
    id: 'timeline',
    heading: say('incident.timeline'),
    blocks: [
      words(
        null,
        [say('head.clock'), say('head.since-injection'), say('head.happened')],
        shown.map(({ t, text }) => [format.clock(t, timeZone), sinceInjection(context, t), text]),
      ),
      ...(more > 0 ? [paragraph(say('incident.more-entries', { count: more }))] : []),
      list([say('incident.clock', { zone: timeZone }), say('incident.clocks')]),
      ...drawn(context),
    ],
  };
}

function drawn(context: IncidentContext): Block[] {
  const group = drillChartGroup(context, context.one.run, { id: 'incident', title: null });
  return group === null ? [paragraph(context.say('incident.no-chart'))] : [charts(group)];
}
