import { type ClientRequest, type RequestOptions, request } from 'node:http';
import { z } from 'zod';
import { metricKey } from '../record/metric-key.ts';
import { messageOf } from '../system/error.ts';
import { failureText } from './failure.ts';

/** A container and the address of the engine that runs it. */
export interface WatchedContainer {
  readonly name: string;
  readonly id: string;
  /** `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375`, …; null when docker does not tell. */
  readonly engine: string | null;
}

/** Figures of containers, as their engines count them. */
export interface EngineReader {
  /** Values of what the engine has told in the last seconds; nothing of a container that it has not told of yet. */
  read(containers: readonly WatchedContainer[]): Record<string, number>;
  notes(): readonly string[];
  close(): void;
}

/** The engine tells once a second; what is older than this is not of this second. */
const freshMs = 2_000;

const bytes = z.number().optional();
const countsSchema = z.object({ cpu_usage: z.object({ total_usage: z.number() }) });
export const engineStatsSchema = z.object({
  read: z.string(),
  preread: z.string(),
  cpu_stats: countsSchema,
  precpu_stats: countsSchema,
  memory_stats: z
    .object({
      stats: z.object({ anon: bytes, file_mapped: bytes, total_rss: bytes, total_mapped_file: bytes }).optional(),
    })
    .optional(),
  pids_stats: z.object({ current: z.number().optional() }).optional(),
});
export type EngineStats = z.infer<typeof engineStatsSchema>;

interface Stream {
  readonly request: ClientRequest;
  latest: { readonly arrivedAt: number; readonly stats: EngineStats } | undefined;
}

/**
 * Follows the engine's own stream of each container, `GET /containers/{id}/stats`. A single question would wait for the
 * engine's next look at its counters, which takes up to a second, and a reading may take no longer.
 */
export function engineReader({ monotonic }: { monotonic(): number }): EngineReader {
  const streams = new Map<string, Stream>();
  const troubles = new Map<string, string>();

  const open = ({ name, id, engine }: WatchedContainer): void => {
    const address = engineRequest(engine);
    if ('note' in address) {
      troubles.set(name, address.note);
      return;
    }
    const outgoing = request({ ...address, path: `/containers/${id}/stats?stream=true`, agent: false });
    const stream: Stream = { request: outgoing, latest: undefined };
    streams.set(id, stream);
    const lose = (reason: string): void => {
      if (streams.get(id) !== stream) return;
      streams.delete(id);
      troubles.set(name, `CPU and memory of ${name} are not read: ${reason}`);
      outgoing.destroy();
    };
    const take = (line: string): void => {
      try {
        stream.latest = { arrivedAt: monotonic(), stats: engineStatsSchema.parse(JSON.parse(line)) };
        troubles.delete(name);
      } catch (error) {
        lose(`the engine's answer is not understood (${messageOf(error).slice(0, 100)})`);
      }
    };
    outgoing.on('error', (error) => lose(failureText(error)));
    outgoing.on('response', (response) => {
      if (response.statusCode !== 200) lose(`the engine answers with status ${response.statusCode}`);
      response.on('error', (error) => lose(failureText(error)));
      response.on('close', () => lose('the engine ended its answer'));
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (text + chunk).split('\n');
        text = lines.pop() ?? '';
        const line = lines.at(-1);
        if (line !== undefined) take(line);
      });
    });
    outgoing.end();
  };

  const drop = (id: string): void => {
    const stream = streams.get(id);
    streams.delete(id);
    stream?.request.destroy();
  };

  return {
    read: (containers) => {
      const ids = new Set(containers.map(({ id }) => id));
      for (const id of [...streams.keys()]) if (!ids.has(id)) drop(id);
      for (const name of [...troubles.keys()]) if (!containers.some((one) => one.name === name)) troubles.delete(name);
      const values: Record<string, number> = {};
      for (const container of containers) {
        const latest = streams.get(container.id)?.latest;
        if (!streams.has(container.id)) open(container);
        if (latest === undefined || monotonic() - latest.arrivedAt > freshMs) continue;
        Object.assign(values, containerValues(container.name, latest.stats));
      }
      return values;
    },
    notes: () => [...new Set(troubles.values())],
    close: () => {
      for (const id of [...streams.keys()]) drop(id);
    },
  };
}

function engineRequest(engine: string | null): Pick<RequestOptions, 'socketPath' | 'host' | 'port'> | { note: string } {
  const note = `CPU and memory of containers are not read: the engine is reached over ${engine ?? 'an unknown address'}`;
  if (engine?.startsWith('unix://')) return { socketPath: engine.slice('unix://'.length) };
  const url = engine !== null && URL.canParse(engine) ? new URL(engine) : null;
  if (url?.protocol === 'tcp:' && url.port !== '') return { host: url.hostname, port: url.port };
  return { note };
}

/**
 * CPU in cores between the engine's last two looks. Memory as for a process: what is resident and its own, and files that
 * are mapped; without the page cache, which the kernel gives back. cgroup 2 names it `anon` and `file_mapped`.
 */
export function containerValues(process: string, stats: EngineStats): Record<string, number> {
  const values: Record<string, number> = {};
  const memory = stats.memory_stats?.stats;
  const anonymous = memory?.anon ?? memory?.total_rss;
  if (anonymous !== undefined) {
    const mapped = memory?.file_mapped ?? memory?.total_mapped_file ?? 0;
    values[metricKey('process_rss_bytes', { process })] = anonymous + mapped;
  }
  const threads = stats.pids_stats?.current;
  if (threads !== undefined) values[metricKey('process_threads', { process })] = threads;
  const [from, to] = [stats.preread, stats.read].map(Date.parse);
  const [before, now] = [stats.precpu_stats, stats.cpu_stats].map(({ cpu_usage: usage }) => usage.total_usage);
  if (from === undefined || to === undefined || before === undefined || now === undefined) return values;
  // The engine's first look has no former one: its time is the year 1.
  if (from > 0 && to > from && now >= before) {
    values[metricKey('process_cpu_cores', { process })] = (now - before) / 1e6 / (to - from);
  }
  return values;
}
