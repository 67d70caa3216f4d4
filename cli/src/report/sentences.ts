import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { z } from 'zod';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

export type Values = Readonly<Record<string, string | number>>;

/** Every sentence of one language, by its key in `templates/<lang>/sentences.json`. */
export interface Sentences {
  /** The sentence with its values in place. An unknown key comes back as itself with its values. */
  say(key: string, values?: Values): string;
  has(key: string): boolean;
}

/** A sentence for an identifier of `kind`; unknown ones come back as themselves. */
export function namesIn({ say, has }: Sentences): (kind: string, id: string) => string {
  return (kind, id) => (has(`${kind}.${id}`) ? say(`${kind}.${id}`) : id);
}

export function loadSentences(templatesFolder: string, lang: string): Sentences {
  const file = join(templatesFolder, lang, 'sentences.json');
  const texts = readTexts(file);
  const compiled = new Map<string, Handlebars.TemplateDelegate<Values>>();
  return {
    has: (key) => Object.hasOwn(texts, key),
    say: (key, values = {}) => {
      const text = texts[key];
      if (text === undefined) return asItself(key, values);
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
