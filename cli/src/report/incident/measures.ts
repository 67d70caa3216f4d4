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
  const { injection, mitigation } = one.drill;
  const applied =
    mitigation === null
      ? say('incident.not-mitigated')
      : say('incident.mitigated', { mitigation: mitigationName(context, mitigation) });
  if (injection === null) return [applied];
  const isReverted = injection.revertedAt !== null;
  return [
    applied,
    isReverted ? say(`reverted-by.${injection.revertedBy ?? 'unknown'}`) : say('incident.not-reverted'),
    ...injection.undone.map(({ kind, subject, outcome, error }) =>
      say(`undone.${outcome}`, { subject: `${name('undone-kind', kind)} ${subject}`, error: error ?? '—' }),
    ),
  ];
}
