/** Which web pages may call the gateway: those it serves itself, those it is told of, and Sandbox in development. */

import type { FastifyCorsOptions } from '@fastify/cors';

/** Where Apollo Sandbox runs: on its own page, and embedded in ours. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];

/** How long a browser may keep the answer to its question, in seconds. */
const PREFLIGHT_SECONDS = 600;

export interface OriginOptions {
  readonly development: boolean;
  readonly corsOrigins: readonly string[];
}

export function corsOptions(options: OriginOptions): FastifyCorsOptions {
  return {
    origin: [...allowedOrigins(options)],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit', 'ratelimit-policy'],
    maxAge: PREFLIGHT_SECONDS,
  };
}

/** For WebSockets, which browsers open without asking. Clients that are not browsers send no origin. */
export function createOriginCheck(options: OriginOptions) {
  const allowed = new Set(allowedOrigins(options));
  return (origin: string | undefined, host: string | undefined): boolean =>
    origin === undefined || allowed.has(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}

function allowedOrigins({ development, corsOrigins }: OriginOptions): readonly string[] {
  return development ? [...corsOrigins, ...SANDBOX_ORIGINS] : corsOrigins;
}
