import type { TableConstructorOptions } from 'cli-table3';

/** A table of columns without lines or colours, as other Unix commands print them. */
export function plainTable(head: string[]): TableConstructorOptions {
  return {
    head: head.map((name) => name.toUpperCase()),
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  };
}
