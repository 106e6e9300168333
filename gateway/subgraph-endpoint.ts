/**
 * How the gateway sees a subgraph: something that executes operations for a principal. Whether it lives in
 * this process or behind HTTP is the endpoint's secret.
 */

import type { DocumentNode, FormattedExecutionResult } from 'graphql';

export interface SubgraphRequest {
  /** The operation's text; equal texts are parsed and validated once. */
  readonly query: string;
  /** The parsed operation, where the caller has it already. */
  readonly document?: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The principal as a token signed for this subgraph alone, valid for at most 60 s. */
  readonly token: string;
  /** Names the client's request in every log. */
  readonly requestId: string;
  /** When the client stops waiting, in ms since the epoch. */
  readonly deadline: number;
  /** W3C trace context of the client's request, where it sent one. */
  readonly traceparent?: string;
  /** Aborts when the client goes away. */
  readonly signal?: AbortSignal;
}

export interface SubgraphEndpoint {
  readonly name: string;
  /** Never rejects for a failure of the operation: that is in `errors`. Rejects when the subgraph cannot be reached. */
  execute(request: SubgraphRequest): Promise<FormattedExecutionResult>;
  /** The results of a subscription as they come; ends when either side ends it. Refusals reject before the first. */
  subscribe(request: SubgraphRequest): Promise<AsyncIterable<FormattedExecutionResult>>;
  /** Round trip of a trivial operation in ms; rejects when the subgraph cannot be reached. */
  ping(): Promise<number>;
  close(): Promise<void>;
}
