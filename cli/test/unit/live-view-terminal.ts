import { Writable } from 'node:stream';

/** A control sequence with its argument and command, a line feed, or a character. */
const piece = /\p{Cc}\[([?\d]*)([A-Za-z])|\n|\P{Cc}/gu;

/** A stream that draws what is written to it, as far as the live view's control sequences go. */
export class Terminal extends Writable {
  readonly columns: number;
  readonly isTTY: boolean;
  raw = '';

  constructor(columns: number, isTTY: boolean) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.raw += chunk;
    done();
  }

  get cursorHidden(): boolean {
    return this.raw.lastIndexOf('\u001B[?25l') > this.raw.lastIndexOf('\u001B[?25h');
  }

  /** What is on the screen now, without empty lines at the end. */
  screen(): string[] {
    const lines: string[] = [''];
    let row = 0;
    let column = 0;
    for (const [token = '', argument, command] of this.raw.matchAll(piece)) {
      if (command === 'A') row -= Number(argument || 1);
      else if (command === 'B') row += Number(argument || 1);
      else if (command === 'G') column = 0;
      else if (command === 'K') lines[row] = argument === '2' ? '' : (lines[row] ?? '').slice(0, column);
      else if (token === '\n') {
        row += 1;
        column = 0;
        lines[row] ??= '';
      } else if (command === undefined) {
        const line = (lines[row] ?? '').padEnd(column);
        lines[row] = line.slice(0, column) + token + line.slice(column + 1);
        column += 1;
      }
    }
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
}
