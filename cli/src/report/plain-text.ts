import { stripVTControlCharacters, toUSVString } from 'node:util';
import { maskSecrets } from '../system/secret.ts';

/** Text of strangers on one line: no terminal control sequences, no reordering of what is read, no half characters, no secrets. */
export function plainText(text: string): string {
  const oneLine = stripVTControlCharacters(toUSVString(text)).replace(/[\r\n\t\u2028\u2029]+/g, ' ');
  return maskSecrets([...oneLine].filter((char) => !isControl(char.charCodeAt(0))).join(''));
}

/** At most `most` characters of it; cut only after secrets were found in the whole. */
export function shortText(text: string, most: number): string {
  const chars = [...plainText(text)];
  return chars.length <= most ? chars.join('') : `${chars.slice(0, most - 1).join('')}…`;
}

/** C0, DEL and C1; the marks that turn the direction of text around, by which a line can show what it does not say. */
function isControl(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0x061c ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}
