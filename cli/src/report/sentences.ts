import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { z } from 'zod';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

export type Values = Readonly<Record<string, string | number>>;

/** Every sentence of one language, by its key in one of the files `templates/<lang>/*.json`. */
export interface Sentences {
  /** The sentence with its values in place. An unknown key comes back as itself with its values. */
  say(key: string, values?: Values): string;
  has(key: string): boolean;
}

/** A sentence for an identifier of `kind`; unknown ones come back as themselves. */
export function namesIn({ say, has }: Sentences): (kind: string, id: string) => string {
  return (kind, id) => (has(`${kind}.${id}`) ? say(`${kind}.${id}`) : id);
}

export interface SentenceOptions {
  /**
   * True for a record of another version of loadkit: a sentence that lacks a value then says that it cannot be told from this
   * record. Otherwise it is an error, so that a mistake of ours is seen.
   */
  readonly mayLack: boolean;
}

export function loadSentences(
  templatesFolder: string,
  lang: string,
  { mayLack }: SentenceOptions = { mayLack: false },
): Sentences {
  const texts = readFolder(join(templatesFolder, lang));
  const untold = texts.get(untoldKey)?.text ?? untoldKey;
  const compiled = new Map<string, Handlebars.TemplateDelegate<Values>>();
  return {
    has: (key) => texts.has(key),
    say: (key, values = {}) => {
      const found = texts.get(key);
      if (found === undefined) return asItself(key, values);
      const { text, file } = found;
      if (mayLack && lacks(text, values)) return untold;
      try {
        let template = compiled.get(key);
        if (template === undefined) {
          template = Handlebars.compile<Values>(text, { strict: true, noEscape: true });
          compiled.set(key, template);
        }
        return template(values);
      } catch (error) {
        throw templateError(`${file}: "${key}": ${oneLine(error)}`, error);
      }
    },
  };
}

const untoldKey = 'finding-text.untold';

function lacks(text: string, values: Values): boolean {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].some(([, name]) => name !== undefined && !Object.hasOwn(values, name));
}

interface Text {
  readonly text: string;
  readonly file: string;
}

function readFolder(folder: string): ReadonlyMap<string, Text> {
  const texts = new Map<string, Text>();
  for (const name of listed(folder)) {
    const file = join(folder, name);
    for (const [key, text] of Object.entries(readTexts(file))) {
      const former = texts.get(key)?.file;
      if (former !== undefined) throw templateError(`${file}: "${key}" stands in ${former} too`, undefined);
      texts.set(key, { text, file });
    }
  }
  return texts;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    throw templateError(`${folder}: ${messageOf(error)}`, error);
  }
}

function readTexts(file: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw templateError(`${file}: ${messageOf(error)}`, error);
  }
}

export function templateError(message: string, cause: unknown): LoadkitError {
  return new LoadkitError('template', message, {
    hint: 'the run is recorded; mend the template, then: loadkit report latest',
    exitCode: exitCode.usage,
    cause,
  });
}

function asItself(key: string, values: Values): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? key : `${key} (${pairs.join(', ')})`;
}

/** Handlebars names the object as `[object Object]`, which helps nobody. */
function oneLine(error: unknown): string {
  return (messageOf(error).split('\n')[0] ?? '').replace(' in [object Object]', '');
}
