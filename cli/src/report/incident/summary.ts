import type { Assessment, Damage } from '../../record/drill.ts';
import { list, type Section } from '../block.ts';
import { damageOf, damages, damageText } from '../drill/drill-damage.ts';
import { firstSignal } from '../drill/drill-overview.ts';
import { faultName, levelChange } from '../drill/drill-text.ts';
import { timeText } from '../drill/drill-time.ts';
import { faultText } from '../drill/fault-text.ts';
import type { IncidentContext } from './incident-context.ts';

/** 3줄 요약: what happened, whom it hurt, how soon it was noticed and repaired. */
export function summary(context: IncidentContext): Section {
  const { say, one, assessment } = context;
  const { drill } = one;
  return {
    id: 'summary',
    heading: say('incident.summary'),
    blocks: [
      list([
        say('drill.broken', { fault: faultName(context, drill.fault), what: faultText(context, drill, 'fault-what') }),
        hurt(context),
        assessment === null
          ? say('incident.untold')
          : say('incident.times', {
              ttd: timeText(context, [one], 'ttdMs'),
              signal: firstSignal(context, one),
              ttr: timeText(context, [one], 'ttrMs'),
              level: levelChange(context, one),
            }),
      ]),
    ],
  };
}

function hurt(context: IncidentContext): string {
  const { say, assessment } = context;
  if (assessment === null) return say('incident.hurt-untold');
  const { damage } = assessment;
  if (assessment.moments.impactAt === null) {
    return [say('incident.hurt-nobody'), ...(damage === null ? [] : alsoDamaged(context, damage))].join(' ');
  }
  if (damage === null) return say('incident.hurt-unknown');
  return [damaged(context, assessment, damage), ...alsoDamaged(context, damage)].join(' ');
}

function damaged(
  { say, format }: IncidentContext,
  { impactBy }: Assessment,
  { offered, lost, worstGoodShare }: Damage,
): string {
  if (impactBy === 'backlog') return say('incident.hurt-backlog');
  if (impactBy === 'data') return say('incident.hurt-data');
  const values = {
    offered: format.count(offered),
    lost: format.count(lost),
    share: format.share(offered > 0 ? lost / offered : null),
  };
  return worstGoodShare === null
    ? say('incident.hurt', values)
    : say('incident.hurt-worst', { ...values, worst: format.share(worstGoodShare) });
}

/** A backlog hurts who gets what was promised late, while every answer is good. */
function alsoDamaged(context: IncidentContext, damage: Damage): string[] {
  const { say } = context;
  const found = damages
    .filter((id) => id !== 'lost' && (damageOf(damage, id) ?? 0) > 0)
    .map((id) => `${say(`damage.${id}`)} ${damageText(context, damage, id) ?? '—'}`);
  return found.length === 0 ? [] : [say('incident.also', { damages: found.join(', ') })];
}
