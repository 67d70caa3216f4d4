import { z } from 'zod';

/** Checked before anything is touched, so that whatever stands in a journal can be undone. */
export const redisAddress = z.url({ protocol: /^rediss?$/ });
export const mysqlAddress = z.url({ protocol: /^mysql$/ });
/** Of an HTTP server, without a slash at its end. */
export const httpAddress = z.url({ protocol: /^https?$/ });
