#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('loadkit: not built yet; run `npm ci` (or `npm run build`) in its folder\n');
  process.exit(2);
}
try {
  await import(main.href);
} catch (error) {
  // Before any of our modules could say it.
  if (error?.code !== 'EMFILE' && error?.code !== 'ENFILE') throw error;
  process.stderr.write(`loadkit: no more files may be opened at once here: ${error.message}\n`);
  process.stderr.write('  allow more and run it again: ulimit -n 1024\n');
  process.exit(93);
}
