import type { Environment } from '../config/environment.ts';
import type { Project } from '../config/project.ts';
import type { Clock } from '../system/clock.ts';
import type { Output } from './output.ts';

/** What every command gets from `main.ts`. */
export interface CommandContext {
  readonly environment: Environment;
  readonly project: Project;
  readonly output: Output;
  readonly clock: Clock;
  readonly cwd: string;
  /** `loadkit`'s arguments as typed. */
  readonly argv: readonly string[];
  /** Called once by a command's action with the exit code of the whole command. */
  readonly finish: (exitCode: number) => void;
}
