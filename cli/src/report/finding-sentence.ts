import type { Finding } from '../record/run-record.ts';
import { detailValues, type Speech } from './detail-format.ts';

/** Which sentence of a finding applies: its rule, or without one its outcome. */
export function findingRule({ detail, outcome }: Finding): string {
  return String(detail.rule ?? outcome);
}

export function findingTitle({ name }: Speech, { id }: Finding): string {
  return name('finding', id);
}

/**
 * What was found, with its figures. A finding that has no sentence (of a newer loadkit, or of an analyzer that failed)
 * says so rather than nothing.
 *
 * @param startedAt beginning of the load, epoch milliseconds
 */
export function findingSentence(speech: Speech, finding: Finding, startedAt: number): string {
  const { id, outcome, detail } = finding;
  if (outcome === 'error') return speech.say('finding-text.error', { message: String(detail.message ?? '—') });
  const rule = findingRule(finding);
  const key = sentenceKey(speech, `finding.${id}.${rule}`, finding);
  if (key === null) {
    return speech.say('finding-text.unknown', { rule, outcome: speech.say(`finding-outcome.${outcome}`) });
  }
  return speech.say(key, detailValues(speech, detail, startedAt));
}

/** What to do first; null when nothing is said of it. */
export function findingAction(speech: Speech, finding: Finding, startedAt: number): string | null {
  const key = sentenceKey(speech, `action.${finding.id}.${findingRule(finding)}`, finding);
  return key === null ? null : speech.say(key, detailValues(speech, finding.detail, startedAt));
}

export function confidenceText({ say }: Pick<Speech, 'say'>, { confidence }: Finding): string | null {
  return confidence === null ? null : say(`confidence.${confidence}`);
}

/** A finding in one line with how sure it is. */
export function limitText(speech: Speech, finding: Finding, startedAt: number): string {
  const sure = confidenceText(speech, finding);
  return `${findingSentence(speech, finding, startedAt)}${sure === null ? '' : ` (${sure})`}`;
}

/** A finding about one step of the load may have a sentence of its own. */
function sentenceKey({ has }: Speech, key: string, { detail }: Finding): string | null {
  const ofStep = `${key}-step`;
  if (detail.step !== undefined && has(ofStep)) return ofStep;
  return has(key) ? key : null;
}
