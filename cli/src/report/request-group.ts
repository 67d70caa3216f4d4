import { namePattern, otherNames } from '../record/name-pattern.ts';
import type { OutcomeCount } from './outcome-count.ts';

/** Requests that stand together in a column. */
export interface RequestGroup {
  readonly label: string;
  /** Their `name` tags. */
  readonly names: readonly string[];
  /** `rest`: what has no column of its own. */
  readonly kind: 'api' | 'rest';
}

/** Columns that a page can show side by side. */
const mostColumns = 8;

/**
 * A group for each name; where there are more than a page holds, one for each pattern of theirs (`/items/{}`), the busiest
 * first, and one for the rest.
 */
export function requestGroups(counts: ReadonlyMap<string, OutcomeCount>): RequestGroup[] {
  const names = [...counts.keys()].sort();
  const shown = shortener(names);
  if (names.length <= mostColumns) return names.map((name) => ({ label: shown(name), names: [name], kind: 'api' }));
  const patterns = new Map<string, string[]>();
  for (const name of names) patterns.set(namePattern(name), [...(patterns.get(namePattern(name)) ?? []), name]);
  const requests = (own: readonly string[]) => own.reduce((sum, name) => sum + (counts.get(name)?.requests ?? 0), 0);
  const busiest = [...patterns]
    .filter(([pattern]) => pattern !== otherNames)
    .sort(([, a], [, b]) => requests(b) - requests(a));
  const isTooMany = busiest.length + (patterns.has(otherNames) ? 1 : 0) > mostColumns;
  const own = isTooMany ? busiest.slice(0, mostColumns - 1) : busiest;
  const rest = names.filter((name) => own.every(([pattern]) => pattern !== namePattern(name)));
  return [
    ...own.map(([pattern, members]) => ({ label: shown(pattern), names: members, kind: 'api' as const })),
    ...(rest.length === 0 ? [] : [{ label: otherNames, names: rest, kind: 'rest' as const }]),
  ];
}

/** Without the origin that all URLs among the names share. */
function shortener(names: readonly string[]): (name: string) => string {
  const origins = new Set(names.filter((name) => name !== otherNames).map((name) => originOf(name)));
  const [only] = origins;
  if (only === undefined || only === '' || origins.size > 1) return (name) => name;
  return (name) => (name.startsWith(only) ? name.slice(only.length) || '/' : name);
}

function originOf(name: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*/i.exec(name)?.[0] ?? '';
}
