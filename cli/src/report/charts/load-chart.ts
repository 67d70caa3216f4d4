import { type Metric, selects } from '../../record/metric-key.ts';
import type { ReportedRun } from '../api-figures.ts';
import { outcomeOf } from '../outcome-count.ts';
import type { SectionContext } from '../section-context.ts';
import type { LineRole } from './chart.ts';
import { type DraftChart, type DraftLine, isAllZero, isEmpty } from './draft-chart.ts';
import type { LoadCurves } from './load-curve.ts';

/** APIs that one chart can tell apart. */
const mostApis = 8;

/** What k6 measured: outcomes, response times, users. Without a chart for what it did not measure. */
export function loadCharts(context: SectionContext, run: ReportedRun, curves: LoadCurves): DraftChart[] {
  return [
    throughput(context, curves),
    latency(context, curves),
    ...latencyByApi(context, run, curves),
    users(context, curves),
  ]
    .map((chart) => ({ ...chart, lines: chart.lines.filter(({ curve }) => !isEmpty(curve)) }))
    .filter(({ lines }) => lines.length > 0);
}

/** Dropped iterations were never sent: they stand beside the requests, not among them. */
function throughput({ say }: SectionContext, curves: LoadCurves): DraftChart {
  const rates = curves.rates(({ name, tags }) => {
    if (name === 'dropped_iterations') return 'dropped';
    return name === 'http_reqs' ? outcomeOf(tags) : null;
  });
  const roles = ['success', 'rejected', 'failed', 'dropped'] as const satisfies readonly LineRole[];
  const any = [...rates.values()][0];
  const lines = roles.flatMap((role): DraftLine[] => {
    // No failure is worth a line at 0; no rejection is not.
    const curve = rates.get(role) ?? (role === 'failed' ? any?.map((value) => (value === null ? null : 0)) : undefined);
    if (curve === undefined || (role !== 'failed' && isAllZero(curve))) return [];
    return [{ id: role, label: say(`outcome.${role}`), role, curve }];
  });
  return {
    id: 'throughput',
    title: say('chart.throughput'),
    unit: say('chart-unit.per-second'),
    lines,
    thinned: 'mean',
  };
}

const isExpected = selector({ expected_response: 'true' });
const isAny = selector({});

function selector(tags: Metric['tags']): (metric: Metric) => boolean {
  return (metric) => selects({ name: 'http_req_duration', tags }, metric);
}

function latency({ say }: SectionContext, curves: LoadCurves): DraftChart {
  const percentiles = ['p50', 'p95', 'p99'] as const satisfies readonly LineRole[];
  const qs = [0.5, 0.95, 0.99];
  const ofExpected = curves.quantiles(isExpected, qs);
  const hasExpected = ofExpected.some((curve) => !isEmpty(curve));
  const found = hasExpected ? ofExpected : curves.quantiles(isAny, qs);
  return {
    id: 'latency',
    title: say(hasExpected ? 'chart.latency' : 'chart.latency-all'),
    unit: say('chart-unit.ms'),
    lines: percentiles.map((role, index) => ({ id: role, label: role, role, curve: found[index] ?? [] })),
    thinned: 'max',
  };
}

function latencyByApi({ columns, say }: SectionContext, run: ReportedRun, curves: LoadCurves): DraftChart[] {
  const apis = columns.filter((column) => column.run === run && column.api.kind === 'api' && column.api.names === 1);
  if (apis.length < 2) return [];
  const lines = apis.slice(0, mostApis).map(({ api }): DraftLine => {
    const [curve = []] = curves.quantiles(selector({ name: api.name, expected_response: 'true' }), [0.95]);
    return { id: api.name, label: api.label, role: 'plain', curve };
  });
  return [
    { id: 'latency-by-api', title: say('chart.latency-by-api'), unit: say('chart-unit.ms'), lines, thinned: 'max' },
  ];
}

function users({ say }: SectionContext, curves: LoadCurves): DraftChart {
  const lines = [{ id: 'vus', label: say('chart-line.vus'), role: 'plain', curve: curves.gauge('vus') }] as const;
  return { id: 'users', title: say('chart.users'), unit: say('chart-unit.users'), lines, thinned: 'max' };
}
