import type { LevelRule, LevelRules } from '../../record/level-rules.ts';
import { type Block, paragraph, words } from '../block.ts';
import type { SectionContext } from '../section-context.ts';
import { apiNames, signalName } from './drill-text.ts';

/** The conditions by which the drills have their levels, once for each rule file. */
export function levelRuleTables(context: SectionContext): Block[] {
  const { drills, say } = context;
  const files = new Map<string, LevelRules>();
  for (const { drill } of drills) {
    const file = drill.assessment?.ruleFile ?? null;
    if (file !== null) files.set(JSON.stringify(file), file);
  }
  if (files.size === 0) return [];
  const tables = [...files.values()].map(({ name, version, rules }) =>
    words(
      say('level-rules.of', { name, version }),
      [say('head.level'), say('head.condition'), say('head.rule')],
      rules.map((rule) => [rule.level, conditionText(context, rule), rule.id]),
    ),
  );
  return [paragraph(say('level-rules.first')), ...tables];
}

function conditionText(context: SectionContext, rule: LevelRule): string {
  const isLeft = rule.measure === 'invariants' && rule.counted === 'after-repair';
  return context.say(`level-rule.${isLeft ? 'invariants-left' : rule.measure}`, valuesOf(context, rule));
}

function valuesOf(context: SectionContext, rule: LevelRule): Record<string, string> {
  const { say, name, format, drills } = context;
  switch (rule.measure) {
    case 'api-below': {
      const apis = typeof rule.apis === 'string' ? say(`level-scope.${rule.apis}`) : apiNames(drills, rule.apis);
      return { apis, share: format.share(rule.share), length: format.span(rule.forMs) };
    }
    case 'api-window':
    case 'users':
      return { share: format.share(rule.share) };
    case 'invariants': {
      const all = typeof rule.invariants === 'string' ? [] : rule.invariants.map((id) => name('invariant', id));
      return { invariants: all.join(', ') || say('level-scope.invariants') };
    }
    case 'alarm':
      return { signals: rule.signals.map((signal) => signalName(context, signal)).join(', ') };
    case 'slow':
      return { factor: format.plain(rule.factor), length: format.span(rule.leastMs) };
    case 'stale':
      return { length: format.span(rule.forMs) };
  }
}
