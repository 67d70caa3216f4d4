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

function counts(context: IncidentContext, assessment: Assessment): string[][] {
  const { say, format, one } = context;
  const { damage } = assessment;
  const requests = damage === null ? say('incident.cannot-say') : format.count(damage.offered);
  return [
    [say('incident.impact-length'), timeText(context, [one], 'ttrMs')],
    [say('incident.offered'), feltNothing(assessment) ? say('incident.answers-good') : requests],
    ...damages.map((id) => [say(`damage.${id}`), damageText(context, damage, id) ?? say('incident.cannot-say')]),
  ];
}

/** The impact was that of a backlog or of wrong data: no answer was looked at in its time. */
function feltNothing({ impactBy, moments }: Assessment): boolean {
  return moments.impactAt !== null && (impactBy ?? 'answers') !== 'answers';
}

/** The worst second beside what was usual before the injection. */
function worst({ say, format }: IncidentContext, assessment: Assessment): string[][] {
  const { damage, baseline } = assessment;
  const beside = (value: string, usual: string) => say('incident.beside-usual', { value, usual });
  const known = (value: number | null | undefined, text: (value: number) => string) =>
    value === null || value === undefined ? say('incident.cannot-say') : text(value);
  const worstOf = (value: number | null | undefined, text: (value: number) => string) =>
    feltNothing(assessment) ? say('incident.answers-good') : known(value, text);
  return [
    [
      say('incident.worst-share'),
      beside(worstOf(damage?.worstGoodShare, format.share), known(baseline?.goodShare, format.share)),
    ],
    [say('incident.worst-p95'), beside(worstOf(damage?.worstP95Ms, format.time), known(baseline?.p95Ms, format.time))],
    [
      say('incident.goodput'),
      known(baseline?.goodput, (value) => say('unit.per-second', { value: format.rounded(value) })),
    ],
  ];
}
