import { type RunRecord, runRecordSchema } from '../../../src/record/run-record.ts';

type Path = ReadonlyArray<string | number>;

/** The text of a stranger in every field that takes any text; `places` names them. */
export function poisoned(record: RunRecord, text: string): { record: RunRecord; places: string[] } {
  let current = record;
  const places: string[] = [];
  for (const path of stringsIn(record)) {
    const changed = runRecordSchema.safeParse(put(current, path, text));
    if (!changed.success) continue;
    current = changed.data;
    places.push(path.join('.'));
  }
  return { record: current, places };
}

/** Every place of a record that holds a string. */
function stringsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => stringsIn(item, [...path, key]));
}

function put(value: unknown, [key, ...rest]: Path, text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? put(item, rest, text) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, item]) => [name, name === key ? put(item, rest, text) : item]),
  );
}
