import type { FastifyInstance } from 'fastify';
import type { CalmLog } from '../log.ts';
import { StoreFailure } from '../stores/failure.ts';
import { type Problem, problem, requestProblem, sendProblem } from './problem.ts';

/** Turns whatever was thrown into a problem; what is not the client's doing is logged. */
export function answerFailures(app: FastifyInstance, log: CalmLog): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, problem('NOT_FOUND', `${request.method} ${request.url}`)),
  );
  app.setErrorHandler((error, _, reply) => {
    const answer = problemOf(error);
    if (answer.status >= 500) log.error(answer.code, error);
    return sendProblem(reply, answer);
  });
}

function problemOf(error: unknown): Problem {
  if (error instanceof StoreFailure) return problem(error.code);
  if (error instanceof Error && 'statusCode' in error) {
    const status = Number(error.statusCode);
    if (status >= 400 && status < 500) return requestProblem(status, error.message);
    if (status === 503) return problem('BUSY');
  }
  return problem('INTERNAL');
}
