import type { FastifyInstance } from 'fastify';
import { withDeadline } from '../stores/deadline.ts';

/** Resolves when a part can be used, rejects with the reason when it cannot. */
export type HealthCheck = () => Promise<unknown>;

export interface Health {
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly timeoutMs: number;
  readonly isStopping: () => boolean;
}

/** `/health/live`: the process runs. `/health/ready`: it can take load, that is, every store it needs answers now. */
export function healthRoutes(app: FastifyInstance, health: Health): void {
  const options = { config: { unbounded: true } };
  app.get('/health/live', options, () => ({ status: 'ok' }));
  app.get('/health/ready', options, async (_, reply) => {
    const checks = Object.fromEntries(
      await Promise.all(
        Object.entries(health.checks).map(
          async ([name, check]) => [name, await ask(name, check, health.timeoutMs)] as const,
        ),
      ),
    );
    const ready = !health.isStopping() && Object.values(checks).every((answer) => answer === 'ok');
    reply.code(ready ? 200 : 503);
    return { status: ready ? 'ok' : health.isStopping() ? 'stopping' : 'not ready', checks };
  });
}

async function ask(name: string, check: HealthCheck, timeoutMs: number): Promise<string> {
  try {
    await withDeadline(timeoutMs, name, check());
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
