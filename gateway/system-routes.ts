/** What stands beside `/graphql`: health for machines, metrics, public keys and, in development, GraphiQL. */

import type { FastifyInstance } from 'fastify';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { Problem } from '../platform/errors.ts';
import type { HealthReport } from '../platform/health.ts';
import { sendProblem } from '../platform/http/problem-reply.ts';
import { registerGraphiql } from './graphiql/graphiql-routes.ts';
import type { GatewayMetrics } from './metrics.ts';

/** How long public keys may be kept by others, in seconds. */
const JWKS_SECONDS = 300;

export interface SystemRoutesOptions {
  readonly authority: TokenAuthority;
  readonly metrics: GatewayMetrics;
  readonly development: boolean;
  readonly ready: () => Promise<readonly HealthReport[]>;
}

export function registerSystemRoutes(http: FastifyInstance, options: SystemRoutesOptions): void {
  http.get('/health/live', async () => ({ state: 'UP' }));
  http.get('/health/ready', async (_, reply) => {
    const down = (await options.ready()).filter(({ state }) => state === 'DOWN');
    if (down.length === 0) return { state: 'UP' };
    const names = down.map(({ name, detail }) => `${name} (${detail ?? 'no detail'})`).join(', ');
    return sendProblem(reply, new Problem('UNAVAILABLE', `Not ready: ${names}.`));
  });
  http.get('/metrics', async (_, reply) => {
    reply.type(options.metrics.registry.contentType);
    return options.metrics.registry.metrics();
  });
  http.get('/.well-known/jwks.json', async (_, reply) => {
    reply.header('cache-control', `public, max-age=${JWKS_SECONDS}`);
    return options.authority.jwks();
  });
  if (options.development) registerGraphiql(http);
}
