import { z } from 'zod';
import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';
import type { ScenarioExtension } from './load.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Strict, so that a gate under a misspelt key is not silently never judged. */
const extensionSchema = z.strictObject({
  service: z.string().nullable().default(null),
  endpoints: z.record(z.string(), z.string()).default({}),
  thresholds: z.record(z.string(), z.array(z.string())).default({}),
  fixture: z.record(z.string(), text).default({}),
});

/** Of a script that was not written for loadkit. */
export const noExtension: ScenarioExtension = { service: null, endpoints: {}, thresholds: {}, fixture: {} };

/** True for a script that was written for loadkit: it has `options.ext.loadkit`. */
export function isOurs(ext: unknown): boolean {
  return z.looseObject({ loadkit: z.looseObject({}) }).safeParse(ext).success;
}

/** Decodes `options.ext.loadkit`; a script without it gets an empty one. */
export function decodeExtension(ext: unknown, scriptFile: string): ScenarioExtension {
  const loadkit = z.looseObject({ loadkit: z.unknown() }).safeParse(ext);
  const decoded = extensionSchema.safeParse(loadkit.data?.loadkit ?? {});
  if (decoded.success) return decoded.data;
  const [issue] = decoded.error.issues;
  const place = ['options.ext.loadkit', ...(issue?.path ?? [])].join('.');
  throw new LoadkitError('scenario-extension', `${place} in ${scriptFile}: ${issue?.message ?? 'invalid'}`, {
    hint: 'it may hold service, endpoints { name: label }, thresholds { metric: [expressions] } and fixture { key: value }',
    exitCode: exitCode.usage,
  });
}
