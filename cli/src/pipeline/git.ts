import { execa } from 'execa';
import type { RunRecord } from '../record/run-record.ts';

/** Commit of the tree that `folder` belongs to; null where there is no git or no commit. */
export async function readGit(folder: string): Promise<RunRecord['git']> {
  const commit = await git(folder, ['rev-parse', 'HEAD']);
  if (commit === null) return null;
  const branch = await git(folder, ['rev-parse', '--abbrev-ref', 'HEAD']);
  const changes = await git(folder, ['status', '--porcelain', '--untracked-files=no']);
  return { commit, branch: branch === 'HEAD' ? null : branch, dirty: changes !== null && changes !== '' };
}

async function git(folder: string, args: readonly string[]): Promise<string | null> {
  const result = await execa('git', ['-C', folder, ...args], { reject: false, timeout: 5_000, stdin: 'ignore' });
  return result.failed ? null : result.stdout.trim();
}
