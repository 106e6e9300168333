/** What stands beside `/graphql` for machines: health, metrics and public keys. */

import type { FastifyInstance } from 'fastify';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { Problem } from '../platform/errors.ts';
import type { HealthReport } from '../platform/health.ts';
import { sendProblem } from '../platform/http/problem-reply.ts';
import type { GatewayMetrics } from './metrics.ts';

/** How long public keys may be kept by others, in seconds. */
const JWKS_SECONDS = 300;
/** How soon to ask again whether it is ready, in ms. */
const RETRY_AFTER_MS = 1_000;

export interface SystemRoutesOptions {
  readonly authority: TokenAuthority;
  readonly metrics: GatewayMetrics;
  readonly ready: () => Promise<readonly HealthReport[]>;
}

export function registerSystemRoutes(http: FastifyInstance, options: SystemRoutesOptions): void {
  http.get('/health/live', async () => ({ state: 'UP' }));
  http.get('/health/ready', async (_, reply) => {
    const components = await options.ready();
    const down = components.filter(({ state }) => state === 'DOWN');
    if (down.length > 0) return sendProblem(reply, notReady(down));
    return { state: 'UP', components: components.map(({ name, state }) => ({ name, state })) };
  });
  http.get('/metrics', async (_, reply) => {
    reply.type(options.metrics.registry.contentType);
    return options.metrics.registry.metrics();
  });
  http.get('/.well-known/jwks.json', async (_, reply) => {
    reply.header('cache-control', `public, max-age=${JWKS_SECONDS}`);
    return options.authority.jwks();
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
