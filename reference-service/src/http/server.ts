import swagger from '@fastify/swagger';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { CalmLog, Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type AdmissionLimits, admitRequests } from './admission.ts';
import { shedByEventLoop } from './event-loop-shedding.ts';
import { answerFailures } from './failure.ts';

export interface ServerParts {
  /** `shedEventLoopMs`: mean delay of the event loop from which on requests are turned away; 0: none. */
  readonly limits: AdmissionLimits & { readonly shedEventLoopMs: number };
  readonly metrics: Metrics;
  readonly log: Log;
  readonly calmLog: CalmLog;
}

/** A Fastify server with everything but its routes. */
export async function createServer({ limits, metrics, log, calmLog }: ServerParts): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    // A line for each request would cost more than the request.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger,
    bodyLimit: 64 * 1024,
    requestTimeout: 15_000,
    keepAliveTimeout: 72_000,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  acceptEmptyBody(app);
  admitRequests(app, limits, metrics);
  answerFailures(app, calmLog);
  await shedByEventLoop(app, limits.shedEventLoopMs, metrics);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Coupons, orders and points', version: '1.0.0' } },
  });
  app.get('/openapi.json', { config: { unbounded: true }, schema: { hide: true } }, () => app.swagger());
  app.get('/metrics', { config: { unbounded: true }, schema: { hide: true } }, async (_, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  return app;
}

/** A JSON body of no bytes is no body, rather than an error. */
function acceptEmptyBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    if (text === '') done(null, undefined);
    else parse(request, text, done);
  });
}
