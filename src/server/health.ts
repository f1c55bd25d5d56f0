import type { FastifyInstance } from 'fastify';

export interface Readiness {
  /** Whether the gateway has once been able to do its work: schema, state and credentials. */
  readonly ready: boolean;
  /** Names of what is in trouble now, while answers are still given. */
  readonly degraded: readonly string[];
  /** Where subgraphs take part: how the joined schema stands. */
  readonly supergraph?: object;
}

/** Asked for each `/health/ready`; answers quickly from what is known, without calling anybody. */
export type ReadinessProbe = () => Readiness | Promise<Readiness>;

export interface HealthOptions {
  readonly readiness: ReadinessProbe;
  readonly isStopping: () => boolean;
}

/** `/health/live`: the process answers. `/health/ready`: it should get traffic; trouble of upstreams does not change that. */
export function registerHealth(app: FastifyInstance, { readiness, isStopping }: HealthOptions): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    const { ready, degraded, ...details } = await readiness();
    const serving = ready && !isStopping();
    return reply.code(serving ? 200 : 503).send({ status: statusOf(serving, degraded), degraded, ...details });
  });
}

function statusOf(serving: boolean, degraded: readonly string[]): string {
  if (!serving) return 'unavailable';
  return degraded.length === 0 ? 'ok' : 'degraded';
}
