import { ConfigError, readConfig } from './config.ts';
import { reset } from './fixture/reset.ts';

// The last line on stdout is what was made.
try {
  process.stdout.write(`${JSON.stringify(await reset(readConfig()))}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}
