import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeriesWriter } from '../cli/src/record/series-file.ts';
import { systemClock } from '../cli/src/system/clock.ts';
import { startSupervisor } from '../cli/src/system/watchdog-client.ts';
import { runBenchLoad, seconds } from './bench-load.ts';

// The collecting half of `loadkit run` in a process of its own: `collector.ts K6 VERSION BASE_URL NAMES RATE` prints the
// share of a core that it used between exports, and its resident memory at the last one in bytes.

process.once('disconnect', () => process.exit(1));
const [file = '', version = '', baseUrl = '', names = '1', perSecond = '1000'] = process.argv.slice(2);
const supervisor = await startSupervisor({ tempRoot: tmpdir(), clock: systemClock });
try {
  const folder = await supervisor.tempDir('bench-collector');
  const series = new SeriesWriter(join(folder, 'series.ndjson'));
  const marks: Array<{ at: number; cpuMs: number }> = [];
  let rssBytes = 0;
  const { reconciliation } = await runBenchLoad({
    k6: { version, source: 'path', executable: { file, env: {} } },
    baseUrl,
    supervisor,
    folder,
    names: Number(names),
    pace: { rate: Number(perSecond), seconds, vus: 200 },
    onLine: (line) => {
      series.append(line);
      const { user, system } = process.cpuUsage();
      marks.push({ at: performance.now(), cpuMs: (user + system) / 1_000 });
      rssBytes = process.memoryUsage.rss();
    },
  });
  await series.close();
  if (reconciliation.difference !== 0) throw new Error(`the series differ by ${reconciliation.difference} requests`);
  // The last export is k6's flush at its end, not a second's.
  const [first, last] = [marks.at(0), marks.at(-2)];
  if (first === undefined || last === undefined || last === first) throw new Error(`only ${marks.length} exports came`);
  process.stdout.write(`${(last.cpuMs - first.cpuMs) / (last.at - first.at)} ${rssBytes}\n`);
} finally {
  await supervisor.close({ graceMs: 1_000 });
}
process.disconnect?.();
