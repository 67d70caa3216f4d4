const encoder = new TextEncoder();

/**
 * Markdown that fits into `mostBytes` of UTF-8: cut before a section, or else between two paragraphs, with `shortened` at its
 * end. Empty when not even that fits.
 */
export function jobSummary(markdown: string, mostBytes: number, shortened: string): string {
  if (bytesOf(markdown) <= mostBytes) return markdown;
  const end = `\n\n${shortened}\n`;
  const room = mostBytes - bytesOf(end);
  if (room <= 0) return '';
  const head = beginning(markdown, room);
  const section = head.lastIndexOf('\n## ');
  const cut = section > 0 ? section : head.lastIndexOf('\n\n');
  return cut <= 0 ? '' : `${head.slice(0, cut).trimEnd()}${end}`;
}

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** As many whole characters as fit. */
function beginning(text: string, mostBytes: number): string {
  const { read } = encoder.encodeInto(text, new Uint8Array(mostBytes));
  return text.slice(0, read);
}
