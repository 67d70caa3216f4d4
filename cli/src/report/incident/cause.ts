import { type Block, list, paragraph, type Section, subheading } from '../block.ts';
import { faultText } from '../drill/fault-text.ts';
import type { IncidentContext } from './incident-context.ts';
import { processMemory } from './process-memory.ts';
import { factsText } from './timeline-entry.ts';

/** 원인: what was broken, why that could hurt, and what made it worse. */
export function cause(context: IncidentContext): Section {
  const { say, one } = context;
  const { drill } = one;
  return {
    id: 'cause',
    heading: say('incident.cause'),
    blocks: [
      subheading(say('incident.direct')),
      paragraph(faultText(context, drill, 'incident-direct')),
      ...injected(context),
      ...processMemory(context),
      subheading(say('incident.root')),
      paragraph(faultText(context, drill, 'incident-root')),
      subheading(say('incident.contributing')),
      paragraph(faultText(context, drill, 'incident-contributing')),
    ],
  };
}

function injected({ say, name, format, one }: IncidentContext): Block[] {
  const { injection } = one.drill;
  if (injection === null) return [paragraph(say('incident.never-injected'))];
  const { set } = one.run.record;
  return [
    list([
      say('incident.facts', { facts: factsText({ name }, injection.facts) }),
      say('incident.settings', { settings: factsText({ name }, set) }),
      say('incident.maximum', { time: format.span(injection.maxMs) }),
    ]),
  ];
}
