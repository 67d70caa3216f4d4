import type { Assessment } from '../../record/drill.ts';
import { figures, list, paragraph, type Section } from '../block.ts';
import { damages, damageText, unknownUsers } from '../drill/drill-damage.ts';
import { timeText } from '../drill/drill-time.ts';
import { impacts } from '../impact.ts';
import type { IncidentContext } from './incident-context.ts';

/** 영향: who could not do what, how many, for how long. */
export function impact(context: IncidentContext): Section {
  const { say, one, assessment } = context;
  const section = { id: 'impact', heading: say('incident.impact') };
  if (assessment === null) return { ...section, blocks: [paragraph(say('incident.hurt-untold'))] };
  const lines = impacts(context, one.run);
  return {
    ...section,
    blocks: [
      ...(lines.length === 0 ? [] : [paragraph(say('incident.whole-run')), list(lines)]),
      figures(
        null,
        [say('head.item'), say('head.value')],
        [...counts(context, assessment), ...worst(context, assessment)],
      ),
      paragraph(say('incident.impact-window')),
      ...unknownUsers(context, assessment.damage === null ? [] : [assessment.damage]).map((text) => paragraph(text)),
    ],
  };
}

function counts(context: IncidentContext, { damage }: Assessment): string[][] {
  const { say, format, one } = context;
  return [
    [say('incident.impact-length'), timeText(context, [one], 'ttrMs')],
    [say('incident.offered'), damage === null ? say('incident.cannot-say') : format.count(damage.offered)],
    ...damages.map((id) => [say(`damage.${id}`), damageText(context, damage, id) ?? say('incident.cannot-say')]),
  ];
}

/** The worst second beside what was usual before the injection. */
function worst({ say, format }: IncidentContext, { damage, baseline }: Assessment): string[][] {
  const beside = (value: string, usual: string) => say('incident.beside-usual', { value, usual });
  const known = (value: number | null | undefined, text: (value: number) => string) =>
    value === null || value === undefined ? say('incident.cannot-say') : text(value);
  return [
    [
      say('incident.worst-share'),
      beside(known(damage?.worstGoodShare, format.share), known(baseline?.goodShare, format.share)),
    ],
    [say('incident.worst-p95'), beside(known(damage?.worstP95Ms, format.time), known(baseline?.p95Ms, format.time))],
    [
      say('incident.goodput'),
      known(baseline?.goodput, (value) => say('unit.per-second', { value: format.rounded(value) })),
    ],
  ];
}
