import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderers } from '../../../src/report/renderers/registry.ts';
import { loadSentences } from '../../../src/report/sentences.ts';
import { buildView } from '../../../src/report/view.ts';
import { couponRun, templatesFolder } from './built-report.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadkit-test-templates-'));
  cpSync(templatesFolder, folder, { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

function renderAll(): string[] {
  const [runs, sentences] = [[couponRun()], loadSentences(folder, 'ko')];
  const view = buildView(runs, 'ko', sentences);
  return renderers.map((renderer) => renderer.render(view, folder, { runs, sentences, images: new Map() }));
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
}

describe('a mistake in a template', () => {
  it('in a sentence names the file, the sentence and the field', () => {
    change('ko/sentences.json', '{{scenario}}: {{verdict}}', '{{scenari}}: {{verdict}}');
    expect(renderAll).toThrow(/sentences\.json: "overview\.verdict": .*scenari/);
  });

  it('in the JSON of the sentences names the file', () => {
    change('ko/sentences.json', '"title":', 'title:');
    expect(renderAll).toThrow(/ko\/sentences\.json: /);
  });

  it('in a layout names the file and the line', () => {
    change('report.md.hbs', '{{#if title}}', '{{#if title');
    expect(renderAll).toThrow(/report\.md\.hbs: Parse error on line \d+/);
  });

  it('of an unknown field in a layout names the field', () => {
    change('report.html.hbs', '{{lang}}', '{{language}}');
    expect(renderAll).toThrow(/report\.html\.hbs: .*language/);
  });

  it('is none when a sentence is only reworded', () => {
    change('ko/sentences.json', '한눈에 보기', '요약');
    expect(renderAll()[0]).toContain('## 요약');
  });
});
