import { ConfigError, readConfig } from './config.ts';
import { reconcile } from './reconciliation/reconcile.ts';

// The last line on stdout is what was put right.
try {
  process.stdout.write(`${JSON.stringify(await reconcile(readConfig()))}\n`);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}
