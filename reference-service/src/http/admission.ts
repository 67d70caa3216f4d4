import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { problem, sendProblem } from './problem.ts';
import { TokenBucket } from './token-bucket.ts';

export interface AdmissionLimits {
  /** May change at any time. */
  readonly maxInFlight: number;
  /** Wrong on purpose: so many of a hundred requests are answered 500. May change at any time. */
  readonly failurePercent: number;
  /** Requests a second of this process; 0: no limit. */
  readonly rateLimitRps: number;
}

/**
 * Bounds the requests that are being answered and those that come in a second, and measures each.
 * Probes and scrapes are always let in: an overloaded service must still say that it is.
 */
export function admitRequests(app: FastifyInstance, limits: AdmissionLimits, metrics: Metrics): void {
  const bucket = limits.rateLimitRps === 0 ? undefined : new TokenBucket(limits.rateLimitRps);
  let inFlight = 0;
  let owedFailures = 0;
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.unbounded === true) {
      done();
      return;
    }
    const route = request.routeOptions.url ?? 'unknown';
    const from = performance.now();
    inFlight += 1;
    metrics.httpInFlight.set(inFlight);
    // `close` comes after `finish`, and also when the client has gone.
    reply.raw.once('close', () => {
      inFlight -= 1;
      metrics.httpInFlight.set(inFlight);
      const outcome = reply.raw.writableFinished ? outcomeOf(reply.raw.statusCode) : 'error';
      metrics.httpRequests.observe({ route, method: request.method, outcome }, (performance.now() - from) / 1000);
    });
    if (inFlight > limits.maxInFlight) {
      metrics.httpShed.inc({ reason: 'in-flight' });
      sendProblem(reply, problem('BUSY'));
      return;
    }
    if (bucket?.take() === false) {
      metrics.httpShed.inc({ reason: 'rate' });
      sendProblem(reply, problem('RATE_LIMITED'));
      return;
    }
    owedFailures += limits.failurePercent;
    if (owedFailures >= 100) {
      owedFailures -= 100;
      sendProblem(reply, problem('INTERNAL'));
      return;
    }
    done();
  });
}

function outcomeOf(status: number): 'success' | 'rejected' | 'error' {
  if (status < 400) return 'success';
  return status < 500 ? 'rejected' : 'error';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered whatever the load is, and not measured. */
    unbounded?: boolean;
  }
}
