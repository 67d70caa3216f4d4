import { type Alarm, begunAt, notifies, type Signal } from '../../record/drill.ts';
import { type Block, list, paragraph, type Section, subheading, words } from '../block.ts';
import { signalName } from '../drill/drill-text.ts';
import { faultText } from '../drill/fault-text.ts';
import { signalFigure } from '../drill/signal-figure.ts';
import { detectionReasons } from './detection-reason.ts';
import { type IncidentContext, sinceInjection } from './incident-context.ts';

/** 탐지: what saw it, why not sooner, and what would have seen it sooner. */
export function detection(context: IncidentContext): Section {
  const { say, one } = context;
  return {
    id: 'detection',
    heading: say('incident.detection'),
    blocks: [
      paragraph(say('incident.detector')),
      ...signals(context),
      subheading(say('incident.why-not-sooner')),
      list(detectionReasons(context)),
      subheading(say('incident.sooner')),
      list([faultText(context, one.drill, 'incident-sooner')]),
    ],
  };
}

function signals(context: IncidentContext): Block[] {
  const { say, format, one } = context;
  const found = one.drill.detection;
  if (found === null || found.signals.length === 0) return [];
  const share = (value: number | null) => (value === null ? '—' : format.share(value));
  return [
    words(
      null,
      [
        say('head.stream'),
        say('head.usual'),
        say('head.looked-for'),
        say('head.limit'),
        say('head.samples'),
        say('head.first-alarm'),
      ],
      found.signals.map((signal) => [
        signalName(context, signal.name),
        share(signal.p0),
        share(signal.p1),
        signalFigure(context, signal.name, signal.limit),
        format.plain(signal.samples),
        alarmText(context, signal, found.alarms),
      ]),
    ),
  ];
}

function alarmText(context: IncidentContext, { name }: Signal, alarms: readonly Alarm[]): string {
  const { say, assessment, one } = context;
  if (assessment === null) return say('drill.untrusted');
  const from = begunAt(one.drill) ?? Number.NEGATIVE_INFINITY;
  const own = alarms.filter((alarm) => alarm.signal === name && notifies(alarm) && alarm.t >= from);
  const [first] = own.sort((a, b) => a.t - b.t);
  return first === undefined ? say('incident.no-alarm') : sinceInjection(context, first.t);
}
