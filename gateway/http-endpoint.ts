/** A subgraph behind HTTP, over connections that are kept open. */

import { type FormattedExecutionResult, Kind } from 'graphql';
import { Agent, type Dispatcher } from 'undici';
import { type Deadline, startDeadline } from '../platform/deadline.ts';
import { PROBLEMS, Problem, type ProblemDetails, toProblem } from '../platform/errors.ts';
import { readEventStream } from '../platform/http/event-stream.ts';
import type { SubgraphEndpoint, SubgraphRequest } from './subgraph-endpoint.ts';

/** Connections to one subgraph; more requests wait for one of them. */
const CONNECTIONS_MAX = 64;
/** How long an idle connection is kept, in ms; shorter than servers keep it, so that none is closed under a request. */
const KEEP_ALIVE_MS = 4_000;
const CONNECT_MS = 2_000;
const PING_MS = 2_000;
/** The largest answer of a subgraph, in bytes. */
const ANSWER_BYTES_MAX = 128_000_000;
/** How soon to try again when a subgraph cannot be reached, in ms. */
const RETRY_AFTER_MS = 1_000;

export interface HttpEndpointOptions {
  readonly name: string;
  /** Of its GraphQL endpoint. */
  readonly url: string;
}

export function connectSubgraph({ name, url }: HttpEndpointOptions): SubgraphEndpoint {
  const agent = new Agent({
    connections: CONNECTIONS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_MS },
    maxResponseSize: ANSWER_BYTES_MAX,
    // Every request has a deadline of its own; a stream may be silent for as long as it lives.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const { origin, pathname } = new URL(url);
  const post = (request: SubgraphRequest, accept: string, signal: AbortSignal) =>
    agent.request({
      origin,
      path: pathname,
      method: 'POST',
      headers: headersOf(request, accept),
      body: bodyOf(request),
      signal,
    });

  return {
    name,
    execute: (request) =>
      within(name, request, async ({ signal }) => {
        const answer = await again(request, () => post(request, 'application/json', signal));
        return readResult(name, answer);
      }),
    subscribe: async (request) => {
      const deadline = startDeadline(request.deadline - Date.now(), request.signal);
      try {
        return events(name, await post(request, 'text/event-stream', deadline.signal), deadline);
      } catch (error) {
        deadline.release();
        throw describeFailure(name, error, deadline.signal);
      }
    },
    ping: async () => {
      const startedAt = performance.now();
      const signal = AbortSignal.timeout(PING_MS);
      const request = { origin, path: '/health/live', method: 'GET', signal } as const;
      const { statusCode, body } = await agent.request(request).catch((error) => {
        throw describeFailure(name, error, signal);
      });
      await body.dump();
      if (statusCode !== 200) throw unreachable(name, `it answers with status ${statusCode}`);
      return performance.now() - startedAt;
    },
    close: () => agent.destroy(),
  };
}

/** Runs a call inside its deadline; what goes wrong on the way is a problem that names the subgraph. */
async function within<Value>(
  name: string,
  request: SubgraphRequest,
  call: (deadline: Deadline) => Promise<Value>,
): Promise<Value> {
  const deadline = startDeadline(request.deadline - Date.now(), request.signal);
  try {
    return await call(deadline);
  } catch (error) {
    throw describeFailure(name, error, deadline.signal);
  } finally {
    deadline.release();
  }
}

/** A connection can be closed by the other side just as it is used: what only reads is asked once more. */
async function again<Value>(request: SubgraphRequest, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (!isReset(error) || !isQuery(request)) throw error;
    return call();
  }
}

function isReset(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function isQuery({ query, document }: SubgraphRequest): boolean {
  const operation = document?.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operation === undefined ? /^\s*(query\b|\{)/.test(query) : operation.operation === 'query';
}

function headersOf(request: SubgraphRequest, accept: string): Record<string, string> {
  return {
    accept,
    'content-type': 'application/json',
    authorization: `Bearer ${request.token}`,
    'x-request-id': request.requestId,
    'x-trellis-deadline': String(request.deadline),
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
  };
}

function bodyOf({ query, variables, operationName }: SubgraphRequest): string {
  return JSON.stringify({ query, variables, operationName });
}

type Answer = Dispatcher.ResponseData;

async function readResult(name: string, { statusCode, body }: Answer): Promise<FormattedExecutionResult> {
  const answer = parse(await body.text());
  if (isResult(answer)) return answer;
  // Where nothing is, the address is wrong: that is not the client's affair.
  throw statusCode === 404 ? unreachable(name, 'nothing is there') : problemOf(name, answer, statusCode);
}

/** A GraphQL result, whatever its status: refusals are results too. */
function isResult(answer: unknown): answer is FormattedExecutionResult {
  if (typeof answer !== 'object' || answer === null) return false;
  return 'data' in answer || ('errors' in answer && !('type' in answer));
}

async function events(
  name: string,
  { statusCode, headers, body }: Answer,
  deadline: Deadline,
): Promise<AsyncIterable<FormattedExecutionResult>> {
  if (!String(headers['content-type']).startsWith('text/event-stream')) {
    throw problemOf(name, parse(await body.text()), statusCode);
  }
  return readEvents(name, body, deadline);
}

/** Ends when either side ends it. */
async function* readEvents(
  name: string,
  body: Answer['body'],
  deadline: Deadline,
): AsyncGenerator<FormattedExecutionResult, void, undefined> {
  try {
    for await (const event of readEventStream(body)) yield event as FormattedExecutionResult;
  } catch (error) {
    throw describeFailure(name, error, deadline.signal);
  } finally {
    deadline.cancel();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a problem document says; anything else is not a subgraph's answer. */
function problemOf(name: string, answer: unknown, status: number): Problem {
  const { code, detail, retryAfterMs } = (answer ?? {}) as Partial<ProblemDetails>;
  if (code === undefined || !(code in PROBLEMS)) return unreachable(name, `it answers with status ${status}`);
  return new Problem(code, detail ?? '', retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** What went wrong on the way to a subgraph, as a problem that names it. */
export function describeFailure(name: string, error: unknown, signal: AbortSignal): Problem {
  if (error instanceof Problem) return error;
  // Whoever asked has given up, or the time is over: that is what there is to tell.
  if (signal.aborted) return toProblem(signal.reason);
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return unreachable(name, code ?? message ?? 'the connection broke', error);
}

function unreachable(name: string, reason: string, cause?: unknown): Problem {
  return new Problem('UNAVAILABLE', `The subgraph "${name}" cannot be reached (${reason}). Try again.`, {
    retryAfterMs: RETRY_AFTER_MS,
    cause,
  });
}
