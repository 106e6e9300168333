/** What every process offers to machines: whether it lives, whether it is ready, and its metrics. */

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { Problem } from '../errors.ts';
import { type HealthReport, worstOf } from '../health.ts';
import { sendProblem } from './problem-reply.ts';

/** How soon to ask again whether it is ready, in ms. */
const RETRY_AFTER_MS = 1_000;

export interface HealthRoutesOptions {
  readonly registry: Registry;
  /** What the process cannot serve without; one that is `DOWN` makes it not ready. */
  readonly ready: () => Promise<readonly HealthReport[]>;
}

export function registerHealthRoutes(http: FastifyInstance, { registry, ready }: HealthRoutesOptions): void {
  http.get('/health/live', async () => ({ state: 'UP' }));
  http.get('/health/ready', async (_, reply) => {
    const components = await ready();
    const down = components.filter(({ state }) => state === 'DOWN');
    if (down.length > 0) return sendProblem(reply, notReady(down));
    return { state: worstOf(components), components: components.map(({ name, state }) => ({ name, state })) };
  });
  http.get('/metrics', async (_, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
}

/** Names what is down, without its detail: this answer needs no token. */
function notReady(down: readonly HealthReport[]): Problem {
  const names = down.map(({ name }) => name).join(', ');
  const errors = down.map(({ name, engine }) => ({ field: name, message: `${engine} is down` }));
  return new Problem('UNAVAILABLE', `Not ready: ${names}. The health query says why.`, {
    errors,
    retryAfterMs: RETRY_AFTER_MS,
  });
}
