/** What the gateway knows of a client's request: who, until when, under which name. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Principal } from '../model/principal.ts';
import { CLIENT_AUDIENCE, type TokenAuthority } from '../platform/auth/token-authority.ts';
import { Problem, problemDetails, toProblem } from '../platform/errors.ts';

export interface GatewayContext {
  /** Null for a client without a token: it may only introspect, and only in development. */
  readonly principal: Principal | null;
  readonly requestId: string;
  /** ms since the epoch. */
  readonly deadline: number;
  readonly traceparent?: string;
  readonly signal: AbortSignal;
}

export interface ContextOptions {
  readonly authority: TokenAuthority;
  /** In ms. */
  readonly timeoutMs: number;
}

/** A bearer token's principal; null without one; UNAUTHENTICATED for a wrong one. */
export async function authenticate(
  authority: TokenAuthority,
  authorization: string | undefined,
): Promise<Principal | null> {
  if (authorization === undefined || authorization === '') return null;
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw new Problem('UNAUTHENTICATED', 'The Authorization header is not "Bearer <token>".');
  return authority.verify(token, CLIENT_AUDIENCE);
}

export async function createRequestContext(
  request: FastifyRequest,
  reply: FastifyReply,
  { authority, timeoutMs }: ContextOptions,
): Promise<GatewayContext> {
  const traceparent = request.headers.traceparent;
  return {
    principal: await authenticate(authority, request.headers.authorization).catch((error: unknown) => {
      throw toHttpError(toProblem(error), request.id);
    }),
    requestId: request.id,
    deadline: Date.now() + askedTimeout(request, timeoutMs),
    signal: leavingSignal(reply),
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  };
}

/** A client may wait less than we would, never longer. */
function askedTimeout(request: FastifyRequest, timeoutMs: number): number {
  const asked = Number(request.headers['x-timeout-ms']);
  return Number.isFinite(asked) && asked > 0 ? Math.min(asked, timeoutMs) : timeoutMs;
}

/** Aborts when the client goes away before it has its answer. */
function leavingSignal(reply: FastifyReply): AbortSignal {
  const leaving = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) leaving.abort();
  });
  return leaving.signal;
}

/** A problem as Apollo Server answers it with its HTTP status. */
export function toHttpError(problem: Problem, requestId?: string): GraphQLError {
  const headers = new Map(problem.code === 'UNAUTHENTICATED' ? [['www-authenticate', 'Bearer']] : []);
  return new GraphQLError(problem.message, {
    extensions: { ...problemDetails(problem, requestId), http: { status: problem.status, headers } },
  });
}
