/** Live results: the source's events, each answered by running the client's selection on the field's twin. */

import type { IncomingMessage } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import type { DocumentNode, FormattedExecutionResult } from 'graphql';
import type { TokenAuthority } from '../../platform/auth/token-authority.ts';
import { startDeadline } from '../../platform/deadline.ts';
import { invariant, Problem, problemDetails, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { untilAborted } from '../../platform/until-aborted.ts';
import type { Authenticated, Authenticator } from '../credentials/authenticate.ts';
import type { Refusals } from '../credentials/refusals.ts';
import { namingRequest, readProblem } from '../error-format.ts';
import { type Allowance, allowancesOf, type PointLimits } from '../limits/allowances.ts';
import type { Spending } from '../limits/spending.ts';
import type { GatewayContext } from '../request-context.ts';
import { problemWithoutSuggestions, seesSchema } from '../schema-sight.ts';
import type { SubgraphEndpoint } from '../subgraph-endpoint.ts';
import type { TrustedDocuments } from '../trusted-documents/trusted-documents.ts';
import { latestOf } from './latest.ts';
import {
  type LiveOperation,
  type Operation,
  type OperationRequest,
  type ReadOptions,
  readLiveOperation,
} from './live-operation.ts';
import { createLiveStream } from './live-stream.ts';
import type { OpenStreams } from './open-streams.ts';

/** A stream ends after this at the latest, in ms; a client that wants more subscribes again. */
const STREAM_MS_MAX = 86_400_000;
/** A source that fails within this time, in ms, has refused: the client hears it in place of a stream. */
const REFUSAL_MS = 1_000;
/** The subgraph's own deadline comes this much later, in ms, so that the client hears ours, which says why. */
const SUBGRAPH_GRACE_MS = 2_000;
/** How soon to subscribe again when the server stops, in ms. */
const RETRY_AFTER_MS = 1_000;

export interface LiveTools extends ReadOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly endpoints: ReadonlyMap<string, SubgraphEndpoint>;
  /** Which subgraph a subscription field comes from. */
  readonly owners: ReadonlyMap<string, string>;
  readonly authority: TokenAuthority;
  readonly authenticator: Authenticator;
  readonly limits: PointLimits;
  readonly spending: Spending;
  readonly trusted: TrustedDocuments;
  /** Null where nobody keeps them. */
  readonly refusals: Refusals | null;
  readonly streams: OpenStreams;
  readonly requestTimeoutMs: number;
  readonly development: boolean;
  readonly log: Log;
}

export interface LiveClient {
  readonly verified: Authenticated;
  readonly requestId: string;
  readonly traceparent?: string;
  /** Where the stream is the answer of a request. */
  readonly request?: IncomingMessage;
  /** What the client's subscriptions are counted by. */
  readonly connection: object;
}

export type LiveResults = AsyncGenerator<FormattedExecutionResult, void, undefined>;

/** Results as they come. Rejects with a `Problem`, before the first, where the subscription is refused. */
export async function subscribeLive(
  tools: LiveTools,
  client: LiveClient,
  document: DocumentNode,
  request: OperationRequest,
): Promise<LiveResults> {
  checkTrusted(tools, client, request);
  const operation = readVisibly(tools, client, document, request);
  await tools.spending.spend(allowancesFor(tools, client), operation.cost);
  const release = tools.streams.claim(client.verified.principal.tenant, client.connection);
  const leaving = new AbortController();
  try {
    const source = await openSource(tools, client, operation, leaving.signal);
    return serve(tools, client, { operation, source, leaving, release });
  } catch (error) {
    release();
    leaving.abort();
    throw toProblem(error);
  }
}

/**
 * Runs a query or a mutation for a client with a live connection, or the twin of a subscription, which ends with it.
 * Never rejects.
 */
export async function runOnce(
  tools: LiveTools,
  client: LiveClient,
  { query, variables, operationName }: OperationRequest,
  twinOf?: { readonly signal: AbortSignal },
): Promise<FormattedExecutionResult> {
  const deadline = startDeadline(tools.requestTimeoutMs, twinOf?.signal);
  const contextValue: GatewayContext = {
    principal: client.verified.principal,
    allowances: allowancesFor(tools, client),
    address: client.verified.principal.address ?? '',
    seesSchema: seesSchema(client.verified.principal, tools.development),
    requestId: client.requestId,
    deadline: deadline.at,
    timeoutMs: tools.requestTimeoutMs,
    signal: deadline.signal,
    ...(client.traceparent === undefined ? {} : { traceparent: client.traceparent }),
    ...(twinOf === undefined ? {} : { isOwn: true }),
  };
  const request = {
    query,
    variables: { ...variables },
    ...(operationName === undefined || operationName === null ? {} : { operationName }),
  };
  try {
    const { body } = await namingRequest(client.requestId, () =>
      tools.apollo.executeOperation(request, { contextValue }),
    );
    invariant(body.kind === 'single', 'no operation is delivered in parts');
    return body.singleResult as FormattedExecutionResult;
  } finally {
    deadline.release();
  }
}

function checkTrusted({ trusted }: LiveTools, client: LiveClient, { query }: OperationRequest): void {
  const { principal } = client.verified;
  trusted.check(query, { ...client, principal, address: principal.address ?? '' });
}

/** What is wrong with it is told without names that the client does not have. */
function readVisibly(
  tools: LiveTools,
  { verified }: LiveClient,
  document: DocumentNode,
  request: OperationRequest,
): LiveOperation {
  try {
    return readLiveOperation(document, request, tools);
  } catch (error) {
    if (!(error instanceof Problem) || seesSchema(verified.principal, tools.development)) throw error;
    throw problemWithoutSuggestions(error);
  }
}

function allowancesFor({ limits }: LiveTools, { verified }: LiveClient): readonly Allowance[] {
  return allowancesOf(verified.principal, verified.limits, limits);
}

/** A problem as a result of its own. */
export function refusedResult(problem: Problem, requestId: string): FormattedExecutionResult {
  return { errors: [{ message: problem.message, extensions: { ...problemDetails(problem, requestId) } }] };
}

/** The subgraph has the time of a request to begin; then the stream may be silent for as long as it likes. */
async function openSource(
  { owners, endpoints, authority, requestTimeoutMs }: LiveTools,
  { verified, requestId, traceparent }: LiveClient,
  { field, source }: LiveOperation,
  signal: AbortSignal,
): Promise<AsyncIterable<FormattedExecutionResult>> {
  const endpoint = endpoints.get(owners.get(field) ?? '');
  invariant(endpoint, `the subgraph of Subscription.${field} is offered`);
  const starting = startDeadline(requestTimeoutMs, signal);
  try {
    const opened = endpoint.subscribe({
      ...source,
      token: await authority.issueFor(verified.principal, endpoint.name),
      requestId,
      deadline: endOf(verified) + SUBGRAPH_GRACE_MS,
      signal,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    return await withFirst(await untilAborted(opened, starting.signal));
  } finally {
    starting.release();
  }
}

/** Waits a little for the first event: a source often finds out only then that there is nothing to tell of. */
async function withFirst(
  source: AsyncIterable<FormattedExecutionResult>,
): Promise<AsyncIterable<FormattedExecutionResult>> {
  const iterator = source[Symbol.asyncIterator]();
  const first = iterator.next();
  // Whoever reads the stream hears of a failure; nobody may be reading yet.
  first.catch(() => undefined);
  const { promise: waited, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), REFUSAL_MS);
  const early = await Promise.race([first, waited]).finally(() => clearTimeout(timer));
  const [error] = early?.done === false ? (early.value.errors ?? []) : [];
  if (error !== undefined && !hasData(early?.value)) throw readProblem(error);
  return (async function* () {
    for (let next = await first; !next.done; next = await iterator.next()) yield next.value;
  })();
}

function hasData(result: FormattedExecutionResult | undefined): boolean {
  return Object.values(result?.data ?? {}).some((value) => value !== null);
}

function endOf({ expiresAt }: Authenticated): number {
  return Math.min(expiresAt * 1_000, Date.now() + STREAM_MS_MAX);
}

interface Serving {
  readonly operation: LiveOperation;
  readonly source: AsyncIterable<FormattedExecutionResult>;
  readonly leaving: AbortController;
  readonly release: () => void;
}

function serve(
  tools: LiveTools,
  client: LiveClient,
  { operation, source, leaving, release }: Serving,
): LiveResults {
  const results = answers(tools, client, operation, { source, signal: leaving.signal });
  const stream = createLiveStream<FormattedExecutionResult>({
    next: () => results.next(),
    close: () => {
      leaving.abort();
      release();
      forget();
      forgetKey?.();
      clearTimeout(expiry);
    },
  });
  const forget = tools.streams.track(() => stream.end(refusedResult(stopping(), client.requestId)));
  const revoked = new Problem(
    'UNAUTHENTICATED',
    'These credentials are not taken any more. Subscribe with others.',
  );
  const forgetKey = client.verified.watch?.(() => stream.end(refusedResult(revoked, client.requestId)));
  const expired = new Problem('UNAUTHENTICATED', 'The token has expired. Subscribe again with a new one.');
  const expiry = setTimeout(
    () => stream.end(refusedResult(expired, client.requestId)),
    Math.max(0, endOf(client.verified) - Date.now()),
  );
  return stream.values;
}

/** Another gateway, or this one a moment later, serves the same. */
function stopping(): Problem {
  return new Problem('UNAVAILABLE', 'The server is stopping. Subscribe again.', {
    retryAfterMs: RETRY_AFTER_MS,
  });
}

interface Events {
  readonly source: AsyncIterable<FormattedExecutionResult>;
  readonly signal: AbortSignal;
}

/** A result for each event; a source that fails says so in the last one. */
async function* answers(
  tools: LiveTools,
  client: LiveClient,
  operation: LiveOperation,
  { source, signal }: Events,
): AsyncGenerator<FormattedExecutionResult, void, undefined> {
  try {
    const events = operation.twin.latestOnly ? latestOf(source) : source;
    for await (const event of events) yield await resultOf(tools, client, operation, event, signal);
  } catch (error) {
    if (signal.aborted) return;
    const problem = toProblem(error);
    // What the client got wrong is the client's to know.
    if (problem.status >= 500)
      tools.log.warn({ requestId: client.requestId, error }, `A subscription has failed: ${problem.message}`);
    yield refusedResult(problem, client.requestId);
  }
}

/** What the client gets for one event. */
async function resultOf(
  tools: LiveTools,
  client: LiveClient,
  operation: LiveOperation,
  event: FormattedExecutionResult,
  signal: AbortSignal,
): Promise<FormattedExecutionResult> {
  const value = event.data?.[operation.field] as Readonly<Record<string, unknown>> | null | undefined;
  if (value === null || value === undefined) return { data: null, errors: event.errors ?? [] };
  const twin: Operation = operation.twinOf(value);
  const result = await runOnce(tools, client, twin, { signal });
  const isGone =
    operation.nonNull && result.errors === undefined && result.data?.[operation.responseName] === null;
  if (!isGone) return result;
  return {
    data: null,
    ...refusedResult(new Problem('NOT_FOUND', 'What was watched is no longer there.'), client.requestId),
  };
}
