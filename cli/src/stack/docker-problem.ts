import { LoadkitError } from '../system/error.ts';
import { exitCode } from '../system/exit-code.ts';

/**
 * What a call of docker failed at, with docker's own line.
 * @param what a clause: `the containers could not be started`
 */
export function dockerProblem(what: string, complaint: string, hint = 'use --stack local'): LoadkitError {
  const unreachable = /cannot connect to the docker daemon|is the docker daemon running|error during connect/i;
  const forbidden = /permission denied while trying to connect|dial unix [^:]*: connect: permission denied/i;
  const noCompose = /'compose' is not a docker command|unknown (shorthand )?flag/i;
  if (forbidden.test(complaint)) {
    return problem(
      'docker-unreachable',
      `${what}: ${complaint}`,
      'may this user talk to the engine? or use --stack local',
    );
  }
  if (unreachable.test(complaint)) {
    return problem('docker-unreachable', `${what}: ${complaint}`, 'start the engine, or use --stack local');
  }
  if (noCompose.test(complaint)) {
    return problem('docker-compose-missing', `${what}: ${complaint}`, 'install docker compose, or use --stack local');
  }
  return problem('docker-failed', `${what}: ${complaint}`, hint);
}

/** True when somebody else has the port that was handed over. */
export function isPortTaken(complaint: string): boolean {
  return /address already in use|port is already allocated|ports are not available/i.test(complaint);
}

function problem(code: string, message: string, hint: string): LoadkitError {
  return new LoadkitError(code, message, { hint, exitCode: exitCode.unreachable });
}
