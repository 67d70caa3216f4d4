import { z } from 'zod';

/** The last moment that a `Date` can hold; printing a later one is an error. */
const lastMoment = 8.64e15;

/** Epoch milliseconds. */
export const epochMs = z.number().min(0).max(lastMoment);
