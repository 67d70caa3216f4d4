import { distance } from 'fastest-levenshtein';
import { type Format, formats } from '../report/format.ts';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/** `md,html` or `all`, each once and in the order in which they are written. Throws `option-value` (2). */
export function parseFormats(text: string): Format[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === 'all') return [...formats];
  for (const name of names) {
    if (!formats.some((format) => format === name)) throw unknownFormat(name);
  }
  return formats.filter((format) => names.includes(format));
}

function unknownFormat(name: string): LoadkitError {
  const [nearest] = [...formats].sort((a, b) => distance(name, a) - distance(name, b));
  const maybe = nearest !== undefined && distance(name, nearest) <= 2 ? `; did you mean ${nearest}?` : '';
  return new LoadkitError('option-value', `--format: there is no format "${name}"${maybe}`, {
    hint: `expected one or several of ${formats.join(', ')} with commas between, or all`,
    exitCode: exitCode.usage,
  });
}
