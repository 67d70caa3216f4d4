import { plainText } from '../plain-text.ts';

const risky = /[<>&\u2028\u2029]/g;

/** JSON that may stand in a `<script type="application/json">`: nothing in it ends the element or begins another. */
export function embeddedJson(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'string' ? plainText(item) : item));
  return text.replace(risky, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
