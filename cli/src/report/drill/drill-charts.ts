import { failureIds } from '../../record/drill.ts';
import { type Block, charts, paragraph } from '../block.ts';
import { drillChartGroup } from '../charts/chart-group.ts';
import type { SectionContext } from '../section-context.ts';
import { variantName } from './drill-text.ts';
import { type DrillVariant, variantsOf, worstVariant } from './drill-variant.ts';

/** Each has three charts. */
const mostGroups = 16;

/** The worst drill of each variant with its moments, where it has no charts among the runs; else where they stand. */
export function drillCharts(context: SectionContext): Block[] {
  const { runs, drills, say } = context;
  const variants = weightiestFirst(drills);
  if (variants.length === 0) return [];
  if (runs.some(({ record }) => record.drill !== null)) return [paragraph(say('drill.charts-above'))];
  const drawn = variants.filter(({ worst }) => worst.run.series.load.length > 0);
  const groups = drawn.slice(0, mostGroups).flatMap((variant, index) => {
    const { run } = variant.worst;
    const title = say('drill.traced', { drill: variantName(context, variant), run: run.record.id });
    const group = drillChartGroup(context, run, { id: `drill-${index + 1}`, title });
    return group === null ? [] : [charts(group)];
  });
  const more = drawn.length - mostGroups;
  const left = more > 0 ? [paragraph(say('drill.charts-more', { count: more }))] : [];
  return groups.length === 0 ? [] : [paragraph(say('drill.charts')), ...groups, ...left];
}

/** Those that section 4 is filled from come first. */
function weightiestFirst(drills: SectionContext['drills']): DrillVariant[] {
  const worst = failureIds.flatMap((id) => worstVariant(drills, id)?.worst ?? []);
  const isWorst = (variant: DrillVariant) => Number(worst.includes(variant.worst));
  return variantsOf(drills).toSorted((a, b) => isWorst(b) - isWorst(a));
}
