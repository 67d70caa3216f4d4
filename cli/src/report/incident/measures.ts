import type { Response } from '../../record/drill.ts';
import { list, type Section, subheading } from '../block.ts';
import { mitigationName } from '../drill/drill-text.ts';
import { faultText } from '../drill/fault-text.ts';
import type { IncidentContext } from './incident-context.ts';

/** 조치: what was done, what would hold it off for now, what mends it. */
export function measures(context: IncidentContext): Section {
  const { say, one } = context;
  const { drill } = one;
  return {
    id: 'measures',
    heading: say('incident.measures'),
    blocks: [
      subheading(say('incident.immediate')),
      list(done(context)),
      subheading(say('incident.temporary')),
      list([faultText(context, drill, 'incident-temporary')]),
      subheading(say('incident.permanent')),
      list([faultText(context, drill, 'incident-fix')]),
    ],
  };
}

/** By the record alone: a drill has nobody who acts. */
function done(context: IncidentContext): string[] {
  const { say, name, one } = context;
  const { injection, mitigation, response } = one.drill;
  const applied = [
    ...(response === null ? [] : [responseText(context, response)]),
    ...(mitigation === null || mitigation === 'response'
      ? []
      : [say('incident.mitigated', { mitigation: mitigationName(context, mitigation) })]),
    ...(mitigation === null && response === null ? [say('incident.not-mitigated')] : []),
  ];
  if (injection === null) return applied;
  const isReverted = injection.revertedAt !== null;
  return [
    ...applied,
    isReverted ? say(`reverted-by.${injection.revertedBy ?? 'unknown'}`) : say('incident.not-reverted'),
    ...injection.undone.map(({ kind, subject, outcome, error }) =>
      say(`undone.${outcome}`, { subject: `${name('undone-kind', kind)} ${subject}`, error: error ?? '—' }),
    ),
  ];
}

/** The command of `--mitigate`, and what became of it. */
function responseText(
  { say, format }: Pick<IncidentContext, 'say' | 'format'>,
  { command, startedAt, endedAt, exitCode }: Response,
): string {
  if (startedAt === null) return say('incident.response-not-run', { command });
  if (endedAt === null) return say('incident.response-cut', { command });
  const time = format.span(endedAt - startedAt);
  if (exitCode === 0) return say('incident.response-done', { command, time });
  return say('incident.response-failed', { command, time, code: exitCode ?? '—' });
}
