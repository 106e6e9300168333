/** What stands beside `/graphql` for machines: health, metrics and public keys. */

import type { FastifyInstance } from 'fastify';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import type { HealthReport } from '../platform/health.ts';
import { registerHealthRoutes } from '../platform/http/health-routes.ts';
import type { GatewayMetrics } from './metrics.ts';

/** How long public keys may be kept by others, in seconds. */
const JWKS_SECONDS = 300;

export interface SystemRoutesOptions {
  readonly authority: TokenAuthority;
  readonly metrics: GatewayMetrics;
  readonly ready: () => Promise<readonly HealthReport[]>;
}

export function registerSystemRoutes(http: FastifyInstance, options: SystemRoutesOptions): void {
  registerHealthRoutes(http, { registry: options.metrics.registry, ready: options.ready });
  http.get('/.well-known/jwks.json', async (_, reply) => {
    reply.header('cache-control', `public, max-age=${JWKS_SECONDS}`);
    return options.authority.jwks();
  });
}
