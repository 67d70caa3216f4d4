import type { ReportedRun } from './api-figures.ts';
import { scriptMetrics } from './script-metric.ts';
import type { SectionContext } from './section-context.ts';

/** True for a script that is not ours and that speaks WebSocket, gRPC or to a browser, and no HTTP. */
export function speaksNoHttp(run: ReportedRun): boolean {
  const { load, scenario } = run.record;
  if (scenario?.foreign !== true || load === null) return false;
  const { seriesRequests, summaryRequests } = load.reconciliation;
  if (seriesRequests > 0 || (summaryRequests ?? 0) > 0) return false;
  return scriptMetrics(run).some(({ name }) => /^(ws|grpc|browser)_/.test(name));
}

/** The sentence for a report without a column: no request was measured, or the scripts speak another protocol. */
export function noFigures({ runs }: Pick<SectionContext, 'runs'>): 'figures.none' | 'figures.no-http' {
  return runs.some(speaksNoHttp) ? 'figures.no-http' : 'figures.none';
}
