import type { Moments } from '../../record/drill.ts';
import { type Block, command, list, paragraph, type Section, words } from '../block.ts';
import { clauseText, doubtTexts, faultName, levelChange, mitigationName } from '../drill/drill-text.ts';
import { timeText } from '../drill/drill-time.ts';
import { plainAccount } from '../drill/plain-account.ts';
import { loadShape } from '../load-shape.ts';
import { shellLine } from '../shell-line.ts';
import { type IncidentContext, injectedAt, momentText } from './incident-context.ts';

const moments = [
  'impactAt',
  'detectedAt',
  'notifiedAt',
  'mitigatedAt',
  'revertedAt',
  'restoredAt',
  'drainedAt',
  'consistentAt',
] as const satisfies ReadonlyArray<keyof Moments>;

/** 머리표: what it was, how bad, and when what happened. On top that it is a drill, and why its times are not to be trusted. */
export function head(context: IncidentContext): Section {
  const { say, one } = context;
  return {
    id: 'head',
    heading: say('incident.head'),
    blocks: [
      paragraph(plainAccount(context, one)),
      paragraph(say('drill.stamp')),
      ...doubts(context),
      words(null, [say('head.item'), say('head.value')], [...subject(context), ...times(context)]),
      paragraph(say('environment.repeat')),
      command(shellLine(one.run.record.command)),
    ],
  };
}

function doubts(context: IncidentContext): Block[] {
  if (context.assessment !== null) return [];
  return [paragraph(context.say('drill.untrusted-why')), list(doubtTexts(context, context.one))];
}

function subject(context: IncidentContext): string[][] {
  const { say, one, assessment } = context;
  const { drill, run } = one;
  const shape = run.record.scenario?.shape;
  return [
    [say('incident.kind'), say('incident.stamp')],
    [say('head.failure'), drill.failure === null ? '—' : say(`failure.${drill.failure}`)],
    [say('incident.fault'), faultName(context, drill.fault)],
    [say('head.mitigation'), mitigationName(context, drill.mitigation)],
    [say('head.level-both'), levelChange(context, one)],
    [say('head.clause'), clauseText(context, one)],
    [say('incident.rules'), assessment?.rules ?? '—'],
    [say('incident.load'), shape === undefined ? '—' : loadShape(context, shape)],
    [say('head.record'), run.record.id],
  ];
}

function times(context: IncidentContext): string[][] {
  const { say, format, one, assessment } = context;
  const from = injectedAt(context);
  const began = from === null ? say('incident.never-injected') : format.moment(from, one.run.record.timeZone);
  const rows = [[say('drill-moment.injectedAt'), began]];
  if (assessment === null) return rows;
  return [
    ...rows,
    ...moments.map((id) => [say(`drill-moment.${id}`), momentText(context, id)]),
    [say('incident.ttd'), timeText(context, [one], 'ttdMs')],
    [say('incident.ttr'), timeText(context, [one], 'ttrMs')],
  ];
}
