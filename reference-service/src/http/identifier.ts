import { z } from 'zod';

/** A row's id in a path. 15 digits, so that it stays an exact number. */
export const pathId = z.string().regex(/^[1-9][0-9]{0,14}$/);

/** The same in a body. */
export const bodyId = z.int().min(1).max(999_999_999_999_999);

export const pathUuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
