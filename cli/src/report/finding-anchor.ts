import type { ReportedRun } from './api-figures.ts';

/** Anchor of a finding in the report: `finding-<id>`, with the number of its run where there are several. */
export function findingAnchor(runs: readonly ReportedRun[], run: ReportedRun, id: string): string {
  return `finding-${fit(id)}${runs.length > 1 ? `-${runs.indexOf(run) + 1}` : ''}`;
}

/** Anchor of a run's charts, and the first part of their file names. */
export function chartGroupId(runs: readonly ReportedRun[], run: ReportedRun): string {
  return runs.length > 1 ? `charts-${runs.indexOf(run) + 1}` : 'charts';
}

function fit(id: string): string {
  return id.replace(/[^a-z0-9-]/gi, '-');
}
