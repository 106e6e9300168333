/** What the gateway knows of a client's request: who, until when, under which name. */

import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../model/principal.ts';
import { type Deadline, startDeadline } from '../platform/deadline.ts';
import { badInput, toProblem } from '../platform/errors.ts';
import { anonymousAt, asksAnonymously } from './credentials/anonymous.ts';
import type { Authenticator } from './credentials/authenticate.ts';
import { refusal } from './error-format.ts';
import { type Allowance, allowancesAt, allowancesOf, type PointLimits } from './limits/allowances.ts';
import { budgetHeaders, LimitReached, type Spending } from './limits/spending.ts';
import { seesSchema } from './schema-sight.ts';
import type { TrustedDocuments } from './trusted-documents/trusted-documents.ts';

export interface GatewayContext {
  /**
   * Null for a client without a token: it may only introspect, and only in development. Anonymous for one that asks for
   * nothing but to sign in.
   */
  readonly principal: Principal | null;
  /** What the operation is paid from. */
  readonly allowances: readonly Allowance[];
  /** Where it came from. */
  readonly address: string;
  /** Whether the gateway itself wrote the operation, out of one that a client sent. */
  readonly isOwn?: true;
  /** Whether it may learn the schema. */
  readonly seesSchema: boolean;
  readonly requestId: string;
  /** Whose answer the operation's is; of operations on a live connection there is none. */
  readonly request?: IncomingMessage;
  /** ms since the epoch, and how long that was when the operation came. */
  readonly deadline: number;
  readonly timeoutMs: number;
  /** Aborts at the deadline, or when the client goes away. */
  readonly signal: AbortSignal;
  readonly traceparent?: string;
}

export interface ContextOptions {
  readonly authenticator: Authenticator;
  readonly limits: PointLimits;
  readonly trusted: TrustedDocuments;
  /** The longest that an operation may take, in ms. */
  readonly requestTimeoutMs: number;
  readonly development: boolean;
}

/** W3C Trace Context, section 3.2. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** For routes beside `/graphql`. Rejects with UNAUTHENTICATED. */
export async function requirePrincipal(
  {
    authenticator,
    limits,
    spending,
  }: Pick<ContextOptions, 'authenticator' | 'limits'> & { readonly spending: Spending },
  request: FastifyRequest,
): Promise<Principal> {
  const verified = await authenticator.identify(authenticator.credentialsOf(request.raw, request.id));
  await spending.spend(allowancesOf(verified.principal, verified.limits, limits), 1);
  return verified.principal;
}

/** The context of an operation over HTTP. A refusal is an error that Apollo Server answers with its own status. */
export async function createRequestContext(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ContextOptions,
): Promise<GatewayContext> {
  try {
    const who = await whoAsks(request, options);
    const { id: requestId, raw } = request;
    options.trusted.check(textOf(request), { ...who, requestId, request: raw });
    const timeoutMs = timeoutOf(request, options.requestTimeoutMs);
    const deadline = startDeadline(timeoutMs);
    endWithResponse(reply, deadline);
    return {
      ...who,
      seesSchema: seesSchema(who.principal, options.development),
      requestId,
      request: raw,
      deadline: deadline.at,
      timeoutMs,
      signal: deadline.signal,
      ...traceOf(request.headers.traceparent),
    };
  } catch (error) {
    const problem = toProblem(error);
    const headers = problem instanceof LimitReached ? budgetHeaders(problem.budgets) : {};
    throw refusal(problem, request.id, headers);
  }
}

async function whoAsks(
  request: FastifyRequest,
  { authenticator, limits, development }: ContextOptions,
): Promise<Pick<GatewayContext, 'principal' | 'allowances' | 'address'>> {
  const credentials = authenticator.credentialsOf(request.raw, request.id);
  const { address } = credentials;
  const mayBeAnyone = development || asksAnonymously(request.body);
  const verified = await authenticator[mayBeAnyone ? 'authenticate' : 'identify'](credentials);
  if (verified !== null) {
    const { principal } = verified;
    return { principal, allowances: allowancesOf(principal, verified.limits, limits), address };
  }
  const principal = asksAnonymously(request.body) ? anonymousAt(address) : null;
  return { principal, allowances: allowancesAt(address, limits), address };
}

/** The operation, where Apollo Server will look for it. Here so that what is not listed is not even parsed. */
function textOf({ method, body, query }: FastifyRequest): unknown {
  const from = method === 'GET' ? query : body;
  return typeof from === 'object' && from !== null && 'query' in from ? from.query : undefined;
}

/** A client may wait less than we would, never longer. */
function timeoutOf(request: FastifyRequest, requestTimeoutMs: number): number {
  const given = request.headers['x-timeout-ms'];
  if (given === undefined) return requestTimeoutMs;
  const asked = Number(given);
  if (!Number.isInteger(asked) || asked < 1)
    throw badInput('x-timeout-ms', 'is not a whole number of milliseconds from 1 on.');
  return Math.min(asked, requestTimeoutMs);
}

function endWithResponse({ raw }: FastifyReply, deadline: Deadline): void {
  raw.once('close', () => {
    if (raw.writableFinished) deadline.release();
    else deadline.cancel();
  });
}

export function traceOf(given: unknown): { readonly traceparent?: string } {
  return typeof given === 'string' && TRACEPARENT.test(given) ? { traceparent: given } : {};
}
