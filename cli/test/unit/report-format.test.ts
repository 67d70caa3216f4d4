import { expect, it } from 'vitest';
import { parseFormats } from '../../src/commands/report-format.ts';

it('formats are named with commas between, each once, or all of them', () => {
  expect(parseFormats('html')).toEqual(['html']);
  expect(parseFormats('junit, md,junit')).toEqual(['md', 'junit']);
  expect(parseFormats('all')).toEqual(['md', 'html', 'json', 'junit', 'summary']);
});

it.each(['pdf', '', 'md,', 'md,all', '__proto__', 'HTML'])('"%s" is refused with what there is', (text) => {
  expect(() => parseFormats(text)).toThrow(
    expect.objectContaining({
      code: 'option-value',
      exitCode: 2,
      hint: expect.stringContaining('md, html, json, junit, summary'),
    }),
  );
});

it('a slip is recognised', () => {
  expect(() => parseFormats('md,jnuit')).toThrow(/"jnuit"; did you mean junit\?/);
});
