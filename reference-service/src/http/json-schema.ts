import { z } from 'zod';
import { problemSchema } from './problem.ts';

/** What Fastify compiles its validators and serializers from; the types come from the same zod schema. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io });
  return rest;
}

/** Answers by status; every refusal is a problem. */
export function answers(schemas: Readonly<Record<number, z.ZodType>>): Record<string, unknown> {
  const refusal = jsonSchema(problemSchema, 'output');
  const given = Object.entries(schemas).map(([status, schema]) => [status, jsonSchema(schema, 'output')] as const);
  return { ...Object.fromEntries(given), '4xx': refusal, '5xx': refusal };
}
