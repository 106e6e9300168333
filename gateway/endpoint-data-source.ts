/** How @apollo/gateway reaches a subgraph: through its endpoint, with a token signed for it. */

import type { GraphQLDataSource } from '@apollo/gateway';
import type { DocumentNode } from 'graphql';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { Problem, problemDetails, toProblem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { GatewayContext } from './request-context.ts';
import type { SubgraphEndpoint } from './subgraph-endpoint.ts';

type ProcessOptions = Parameters<GraphQLDataSource<GatewayContext>['process']>[0];
/** With a static supergraph, every request of the gateway belongs to a client's operation. */
type OperationOptions = Extract<ProcessOptions, { readonly incomingRequestContext: unknown }> & {
  readonly document?: DocumentNode;
};

export function createEndpointDataSource(
  endpoint: SubgraphEndpoint,
  { authority, log }: { readonly authority: TokenAuthority; readonly log: Log },
): GraphQLDataSource<GatewayContext> {
  return {
    process: async (options: ProcessOptions) => {
      const { request, context, document } = options as OperationOptions;
      const { principal, requestId, deadline, signal, traceparent } = context;
      if (principal === null) return failed(new Problem('UNAUTHENTICATED', NO_TOKEN), requestId);
      try {
        const result = await endpoint.execute({
          query: request.query ?? '',
          token: await authority.issueFor(principal, endpoint.name),
          requestId,
          deadline,
          signal,
          ...(document === undefined ? {} : { document }),
          ...(request.variables === undefined ? {} : { variables: request.variables }),
          ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
          ...(traceparent === undefined ? {} : { traceparent }),
        });
        return result as Awaited<ReturnType<GraphQLDataSource['process']>>;
      } catch (error) {
        const problem = toProblem(error);
        log.error({ requestId, subgraph: endpoint.name, error }, problem.message);
        return failed(problem, requestId);
      }
    },
  };
}

export const NO_TOKEN =
  'The request has no token. Send "Authorization: Bearer <token>"; "npx trellis token" makes one in development.';

/** A failure of one subgraph is an error beside the data of the others. */
function failed(problem: Problem, requestId: string) {
  const errors = [{ message: problem.message, extensions: { ...problemDetails(problem, requestId) } }];
  return { data: null, errors } as unknown as Awaited<ReturnType<GraphQLDataSource['process']>>;
}
