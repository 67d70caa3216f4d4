import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type LevelRules, levelRulesSchema } from '../record/level-rules.ts';
import { LoadkitError, messageOf } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * Reads the rules by which a drill has its level (`--level-rules FILE`).
 * Throws `LoadkitError` (exit 2) naming the file and every key that is wrong, with what was expected there.
 */
export function readLevelRules(file: string): LevelRules {
  const decoded = levelRulesSchema.safeParse(parse(file));
  if (!decoded.success) throw invalid(`${file}: ${decoded.error.issues.map(describe).join('; ')}`);
  const ids = decoded.data.rules.map(({ id }) => id);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice >= 0) throw invalid(`${file}: rules[${twice}].id: "${ids[twice]}" is the id of a rule before it`);
  return decoded.data;
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(`${file} cannot be read: ${messageOf(error)}`, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${file} is not JSON: ${messageOf(error)}`, error);
  }
}

function describe(issue: z.core.$ZodIssue): string {
  const place = z.core.toDotPath(issue.path);
  if (issue.code !== 'unrecognized_keys') return `${place || 'the whole'}: ${issue.message}`;
  return `${place === '' ? '' : `${place}: `}unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
}

function invalid(message: string, cause?: unknown): LoadkitError {
  return new LoadkitError('level-rules-invalid', message, {
    hint: 'cli/level-rules.json is an example, and cli/src/record/level-rules.ts says what each key means',
    exitCode: exitCode.usage,
    cause,
  });
}
