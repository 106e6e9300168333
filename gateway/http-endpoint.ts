/** A subgraph behind HTTP, over connections that are kept open. */

import type { FormattedExecutionResult } from 'graphql';
import { Agent, fetch } from 'undici';
import { PROBLEMS, Problem, type ProblemCode } from '../platform/errors.ts';
import { readEventStream } from '../platform/http/event-stream.ts';
import type { SubgraphEndpoint, SubgraphRequest } from './subgraph-endpoint.ts';

/** Connections to one subgraph. */
const CONNECTIONS_MAX = 64;
/** How soon to try again when a subgraph does not answer, in ms. */
const RETRY_AFTER_MS = 1_000;

export function connectSubgraph({
  name,
  url,
}: {
  readonly name: string;
  readonly url: string;
}): SubgraphEndpoint {
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX, keepAliveTimeout: 30_000 });

  const send = async (request: SubgraphRequest, accept: string) => {
    const remaining = AbortSignal.timeout(Math.max(1, request.deadline - Date.now()));
    const { query, variables, operationName } = request;
    try {
      return await fetch(url, {
        method: 'POST',
        dispatcher,
        signal: request.signal === undefined ? remaining : AbortSignal.any([request.signal, remaining]),
        headers: {
          accept,
          'content-type': 'application/json',
          authorization: `Bearer ${request.token}`,
          'x-request-id': request.requestId,
          'x-trellis-deadline': String(request.deadline),
          ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
        },
        body: JSON.stringify({ query, variables, operationName }),
      });
    } catch (cause) {
      if (remaining.aborted)
        throw new Problem(
          'TIMEOUT',
          `The subgraph "${name}" did not answer in time. Ask for less, or try again.`,
          { cause },
        );
      if (request.signal?.aborted)
        throw new Problem('CANCELLED', 'The request was cancelled before it finished.', { cause });
      throw new Problem('UNAVAILABLE', `The subgraph "${name}" cannot be reached. Try again.`, {
        cause,
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
  };

  return {
    name,
    execute: async (request) =>
      (await (await send(request, 'application/json')).json()) as FormattedExecutionResult,
    subscribe: async (request) => {
      const response = await send(request, 'text/event-stream');
      if (!response.headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) {
        throw problemFrom(await response.json());
      }
      return readEventStream(
        response.body as ReadableStream<Uint8Array>,
      ) as AsyncIterable<FormattedExecutionResult>;
    },
    ping: async () => {
      const startedAt = performance.now();
      await fetch(new URL('/health/live', url), { dispatcher, signal: AbortSignal.timeout(2_000) });
      return performance.now() - startedAt;
    },
    close: () => dispatcher.close(),
  };
}

function problemFrom(answer: unknown): Problem {
  const { code, detail } = (answer ?? {}) as { readonly code?: string; readonly detail?: string };
  const known = code !== undefined && code in PROBLEMS ? (code as ProblemCode) : 'UNAVAILABLE';
  return new Problem(known, detail ?? 'The subscription was refused.');
}
