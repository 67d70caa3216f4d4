import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders that come with loadkit. */
export interface Project {
  readonly root: string;
  readonly scenarios: string;
  readonly templates: string;
  readonly toolchainFiles: string;
  /** Rules of the levels that a drill can have. */
  readonly levelRules: string;
  readonly version: string;
}

/** `root` is two levels above `cli/src` and `cli/dist`. */
export function locateProject(version: string): Project {
  const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');
  return {
    root,
    scenarios: join(root, 'scenarios'),
    templates: join(root, 'templates'),
    toolchainFiles: join(root, 'cli', 'toolchain'),
    levelRules: join(root, 'cli', 'level-rules.json'),
    version,
  };
}
