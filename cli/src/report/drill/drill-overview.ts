import { notifies } from '../../record/drill.ts';
import { type Block, list, paragraph } from '../block.ts';
import type { Speech } from '../detail-format.ts';
import { failureKinds } from '../failure-measure.ts';
import { impacts } from '../impact.ts';
import type { SectionContext } from '../section-context.ts';
import { clauseText, doubtTexts, estimatedLevel, faultName, levelText, signalName, variantName } from './drill-text.ts';
import { timeText } from './drill-time.ts';
import { type DrillVariant, worstVariant } from './drill-variant.ts';
import { brokenIn, type DrilledRun, isPlacebo, trusted } from './drilled-run.ts';
import { faultText } from './fault-text.ts';
import { plainAccount } from './plain-account.ts';

/** 한눈에 보기: of the only drill what was broken, noticed and repaired after how long, and its level; of several the worst of each kind. */
export function drillOverview(context: SectionContext): Block[] {
  const { runs, drills, say } = context;
  const [only] = drills;
  if (only === undefined) return [];
  if (drills.length === 1 && runs.length === 1 && runs[0] === only.run) return ofOne(context, only);
  const broken = brokenIn(drills);
  if (broken.length === 0) return [list(drills.map((one) => placeboText(context, one)))];
  const lines = worstLines(context);
  const doubtful = broken.filter((one) => trusted(one) === null).length;
  return [
    paragraph(say('drill.several', { count: broken.length })),
    ...(lines.length === 0 ? [] : [list(lines)]),
    ...(doubtful === 0 ? [] : [paragraph(say('drill.doubtful', { count: doubtful }))]),
  ];
}

/** A line for each kind of failure that was drilled. */
export function worstLines(context: SectionContext): string[] {
  return failureKinds.flatMap(({ id }) => {
    const variant = worstVariant(context.drills, id);
    return variant === null ? [] : [`${context.say(`failure.${id}`)}: ${variantLine(context, variant)}`];
  });
}

/** `만료 없는 락의 소유자 사망 – L2 → L1, 탐지까지 1초, 복구까지 미복구` */
export function variantLine(context: Speech, variant: DrillVariant): string {
  const { worst, drills } = variant;
  const { say } = context;
  if (trusted(worst) === null) return say('drill.line-untrusted', { drill: variantName(context, variant) });
  return say('drill.line', {
    drill: variantName(context, variant),
    before: estimatedLevel(worst),
    after: levelText(context, worst),
    ttd: timeText(context, drills, 'ttdMs'),
    ttr: timeText(context, drills, 'ttrMs'),
  });
}

function ofOne(context: SectionContext, one: DrilledRun): Block[] {
  const { say } = context;
  if (isPlacebo(one)) return [paragraph(placeboText(context, one))];
  const { drill, run } = one;
  const broken = say('drill.broken', {
    fault: faultName(context, drill.fault),
    what: faultText(context, drill, 'fault-what'),
  });
  const assessment = trusted(one);
  const top = [paragraph(plainAccount(context, one)), paragraph(say('drill.stamp'))];
  if (assessment === null) {
    return [...top, paragraph(broken), paragraph(say('drill.untrusted-why')), list(doubtTexts(context, one))];
  }
  const hurt = impacts(context, run);
  return [
    ...top,
    list([
      broken,
      say('drill.noticed', { time: timeText(context, [one], 'ttdMs'), signal: firstSignal(context, one) }),
      say('drill.repaired', { time: timeText(context, [one], 'ttrMs') }),
      say('drill.leveled', {
        before: estimatedLevel(one),
        after: levelText(context, one),
        clause: clauseText(context, one),
      }),
      ...hurt,
    ]),
  ];
}

/** The stream that alarmed first. */
export function firstSignal(context: SectionContext, one: DrilledRun): string {
  const signal = trusted(one)?.signal ?? null;
  return signal === null ? '—' : signalName(context, signal);
}

/** How often the detector alarmed while nothing was broken. */
export function placeboText({ say }: SectionContext, { drill }: DrilledRun): string {
  const alarms = drill.detection?.alarms.filter(notifies).length;
  return alarms === undefined ? say('drill.placebo-blind') : say('drill.placebo', { count: alarms });
}
