import { expect, it } from 'vitest';
import { shows } from '../../../src/faults/settings-override.ts';

const page = (line: string) =>
  `# HELP settings_override Overrides in force.\n# TYPE settings_override gauge\n${line}\n`;
const ours = (line: string) => shows(page(line), 'settings_override', 'ours');

it.each([
  'settings_override{id="ours"} 1',
  'settings_override{process="api",id="ours"} 1',
  'settings_override{id="ours"} 1.0 1700000000000',
])('is in force by %s', (line) => {
  expect(ours(line)).toBe(true);
});

it.each([
  '',
  'settings_override{id="ours"} 0',
  'settings_override{id="ours"}',
  'settings_override{id="theirs"} 1',
  'settings_override{id="ours-too"} 1',
  'settings_override_total{id="ours"} 1',
  '# settings_override{id="ours"} 1',
])('is not in force by "%s"', (line) => {
  expect(ours(line)).toBe(false);
});
