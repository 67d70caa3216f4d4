import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { problem, sendProblem } from './problem.ts';

/** Looked at so often, and decided for so long. The delay is sampled every 10 ms. */
const sampleInterval = 200;

/**
 * Turns requests away while the event loop was late by more than `limitMs` on average: every answer would be late too.
 * The bound of requests in flight knows nothing of what each costs; this one does.
 */
export async function shedByEventLoop(app: FastifyInstance, limitMs: number, metrics: Metrics): Promise<void> {
  if (limitMs === 0) return;
  await app.register(underPressure, {
    maxEventLoopDelay: limitMs,
    sampleInterval,
    pressureHandler: (request, reply) => {
      if (request.routeOptions.config.unbounded === true) return;
      metrics.httpShed.inc({ reason: 'event-loop' });
      sendProblem(reply, problem('OVERLOADED'));
    },
  });
}
