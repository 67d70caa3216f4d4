import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import type { Host } from '../record/run-record.ts';

/** The machine that this command runs on. `shared`: the service and its stores run here too. */
export async function readHost(shared: boolean): Promise<Host> {
  return {
    hostname: hostname(),
    os: await osName(),
    kernel: `${type()} ${release()}`,
    arch: arch(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    shared,
  };
}

async function osName(): Promise<string> {
  try {
    const text = await readFile('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? type();
  } catch {
    return type();
  }
}
