import { parseMetricKey } from '../record/metric-key.ts';
import type { Invariant } from '../record/run-record.ts';
import type { ReportedRun } from './api-figures.ts';
import { droppedIterations } from './dropped-iterations.ts';
import type { ReportColumn, SectionContext } from './section-context.ts';

/** Who could not do what, in plain words, before the reasons in the words of metrics. Nothing when nobody was hurt. */
export function impacts(context: SectionContext, run: ReportedRun): string[] {
  return [...wrongData(context, run), ...promiseImpacts(context, run)];
}

/** Whose request failed, was never sent or took long. */
export function promiseImpacts(context: SectionContext, run: ReportedRun): string[] {
  const columns = context.columns.filter((column) => column.run === run);
  const total = columns.filter(({ api }) => api.kind === 'total');
  return [
    ...columns.filter(({ api }) => api.kind !== 'total').flatMap((column) => failed(context, column)),
    ...dropped(context, run),
    ...(total.length > 0 ? total : columns).flatMap((column) => slow(context, column)),
  ];
}

function wrongData({ say, has }: SectionContext, { record }: ReportedRun): string[] {
  return record.invariants
    .filter(({ id, outcome }) => outcome === 'violated' && has(`impact.${id}`))
    .map((invariant) => say(isCampaignOnly(invariant) ? 'impact.stock-negative-campaign' : `impact.${invariant.id}`));
}

/** No product was sold that was not there: what is below zero is what a campaign has left. */
function isCampaignOnly({ id, evidence }: Invariant): boolean {
  return id === 'stock-negative' && evidence.negative === 0 && Number(evidence.negativeCampaigns) > 0;
}

function failed({ say, format }: SectionContext, { heading, api }: ReportColumn): string[] {
  if (api.outcomes === null) return [];
  // What was never sent hurt no user of the service.
  const { requests, refused } = api.outcomes;
  const count = api.outcomes.failed - refused;
  if (count === 0) return [];
  const values = {
    requests: format.count(requests),
    failed: format.count(count),
    share: format.share(refused === 0 ? api.failureRate : count / requests),
  };
  return [say('impact.failed', { api: heading, ...values })];
}

function dropped({ say, format, runName }: SectionContext, run: ReportedRun): string[] {
  const { record } = run;
  const count = droppedIterations(run);
  if (count === null || count === 'cannot' || count === 0) return [];
  return [say('impact.dropped', { scenario: runName(record), dropped: format.count(count) })];
}

/** One answer in twenty took longer than p95: said where a threshold on this API's response time broke. */
function slow({ say, format }: SectionContext, { heading, run, api }: ReportColumn): string[] {
  const p95 = api.expected?.p95Ms ?? null;
  const broken = (run.record.judgement?.thresholds ?? []).some(({ metric, outcome, level }) => {
    const { name, tags } = parseMetricKey(metric);
    const ofThisApi = tags.name === undefined || tags.name === api.name;
    return outcome === 'broken' && level === 'fail' && name === 'http_req_duration' && ofThisApi;
  });
  return broken && p95 !== null ? [say('impact.slow', { api: heading, p95: format.time(p95) })] : [];
}
