import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface WrkResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p95Ms: number;
  /** Answers that were neither 2xx nor 3xx, and requests without one. */
  readonly failed: number;
}

export interface WrkLoad {
  readonly baseUrl: string;
  readonly connections: number;
  readonly seconds: number;
  /** First user number; each request asks for the next one. */
  readonly firstUser: number;
}

const ask = promisify(execFile);

export async function hasWrk(): Promise<boolean> {
  return ask('sh', ['-c', 'command -v wrk']).then(
    () => true,
    () => false,
  );
}

/** One thread of wrk that asks for a coupon for one user after the other, as fast as the answers come. */
export async function wrk({ baseUrl, connections, seconds, firstUser }: WrkLoad): Promise<WrkResult> {
  const folder = await mkdtemp(join(tmpdir(), 'loadkit-wrk-'));
  try {
    const script = join(folder, 'coupon.lua');
    await writeFile(script, lua);
    const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '5s', '-s', script];
    const { stdout } = await ask('wrk', [...flags, baseUrl, '--', String(firstUser)], {
      timeout: (seconds + 30) * 1_000,
    });
    return read(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function read(text: string): WrkResult {
  const match = /^RESULT (\d+) (\d+) (\d+) (\d+)$/m.exec(text);
  if (match === null) throw new Error(`wrk printed no result: ${text.trim().split('\n').at(-1)}`);
  const [requests = 0, durationUs = 0, p95Us = 0, failed = 0] = match.slice(1).map(Number);
  return { requests, perSecond: (requests / durationUs) * 1e6, p95Ms: p95Us / 1_000, failed };
}

const lua = `
function init(args) user = tonumber(args[1]) end
function request()
  user = user + 1
  return wrk.format("POST", "/api/coupons/" .. string.format("%d", user), { ["content-type"] = "application/json" }, "{}")
end
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  print(string.format("RESULT %d %d %d %d", summary.requests, summary.duration, latency:percentile(95), failed))
end
`;
