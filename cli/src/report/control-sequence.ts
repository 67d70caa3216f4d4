import { stripVTControlCharacters } from 'node:util';

/** Text of strangers without terminal control sequences; line breaks and tabs become spaces. */
export function withoutControls(text: string): string {
  return [...stripVTControlCharacters(text).replace(/[\n\t]+/g, ' ')].filter((char) => !isControl(char)).join('');
}

/** C0, DEL and C1. */
function isControl(char: string): boolean {
  const code = char.charCodeAt(0);
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}
