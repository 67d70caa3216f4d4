/** The `name` of requests that have no place of their own in a record or a table. */
export const otherNames = '(other)';

/**
 * A request's name with what looks like a value taken out, so that the URLs of one API become one name:
 * `http://127.0.0.1:8080/items/42?page=3` → `http://127.0.0.1:8080/items/{}?{}`. Values are numbers, UUIDs, and words of
 * eight characters or more with a digit in them.
 */
export function namePattern(name: string): string {
  const [origin = ''] = /^(\S+\s+)?[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*/i.exec(name) ?? [];
  const [path = '', query] = name.slice(origin.length).split(/[?#](.*)/s);
  const tokens = path.replace(uuid, '{}').split(/([/\s\-_.:~,;=]+)/);
  const pattern = tokens.map((token) => (isValue(token) ? '{}' : token)).join('');
  return `${origin}${pattern.replace(/\{\}([-_.:~]\{\})+/g, '{}')}${query === undefined ? '' : '?{}'}`;
}

const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

function isValue(token: string): boolean {
  return /^\d+$/.test(token) || /^(?=.*\d)[\w%]{8,}$/.test(token) || /^[a-z]+\d{3,}$/i.test(token);
}
