import { list, type Section } from '../block.ts';
import { faultText } from '../drill/fault-text.ts';
import type { IncidentContext } from './incident-context.ts';

/** A mean time is said of this many drills at least. */
const leastRepeats = 5;

/** 완화 한계: what stays open even when all of it is done, and what one drill cannot say. */
export function limits(context: IncidentContext): Section {
  const { say, one } = context;
  const { drill, run } = one;
  return {
    id: 'limits',
    heading: say('incident.limits'),
    blocks: [
      list([
        faultText(context, drill, 'incident-limit'),
        ...(drill.repeat.of < leastRepeats ? [say('incident.limit-once')] : []),
        ...(run.record.host.shared ? [say('environment.shared', { count: run.record.host.cpuCount })] : []),
        say(drill.response?.startedAt == null ? 'incident.limit-nobody' : 'incident.limit-command'),
      ]),
    ],
  };
}
