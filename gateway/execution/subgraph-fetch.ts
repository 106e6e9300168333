/** What an executor asks of a subgraph, and what it hears. One shape for both executors. */

import type { DocumentNode, FormattedExecutionResult, GraphQLFormattedError } from 'graphql';

export interface SubgraphFetch {
  readonly subgraph: string;
  readonly query: string;
  readonly document: DocumentNode | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface SubgraphAnswer {
  readonly data?: FormattedExecutionResult['data'];
  /** A path in an answer about entities begins with `_entities` and the representation's index. */
  readonly errors?: readonly GraphQLFormattedError[];
}

/** Never rejects: a subgraph that cannot be reached is an error in the answer. */
export type CallSubgraph<Context> = (fetch: SubgraphFetch, context: Context) => Promise<SubgraphAnswer>;
