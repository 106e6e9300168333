/** Apollo Server over the supergraph: `@apollo/gateway` reads it and plans, our executor runs the plans. */

import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { invariant } from '../platform/errors.ts';
import type { HealthReport } from '../platform/health.ts';
import { keepDocuments } from '../platform/kept-documents.ts';
import type { Log } from '../platform/log.ts';
import { createEdgePlugin, type EdgeOptions } from './edge-plugin.ts';
import { createErrorFormat } from './error-format.ts';
import { createLeanExecutor } from './execution/lean-executor.ts';
import type { CallSubgraph, SubgraphAnswer } from './execution/subgraph-fetch.ts';
import { followSupergraph, type SupergraphFollower } from './follow-supergraph.ts';
import { refuseTooLarge } from './limits/answer-size.ts';
import { limitRules, TOKENS_MAX } from './limits/operation-limits.ts';
import type { GatewayContext } from './request-context.ts';
import { type CheckedSupergraph, checkSupergraph, type SupergraphSource } from './supergraph.ts';

type GatewayInterface = ApolloServerOptionsWithGateway<GatewayContext>['gateway'];
/** Not more of them than a person reads. */
const VALIDATION_ERRORS_MAX = 20;
/** Query plans kept, as the gateway reckons: as JSON, of which what is in memory is a multiple. */
const PLANS_MIB = 16;

export interface ApolloOptions extends EdgeOptions {
  readonly supergraph: SupergraphSource;
  /** The subgraphs that can be called. */
  readonly subgraphs: readonly string[];
  readonly call: CallSubgraph<GatewayContext>;
  readonly log: Log;
  readonly development: boolean;
  readonly queryDepthMax: number;
}

export interface StartedApollo {
  readonly apollo: ApolloServer<GatewayContext>;
  /** Of the supergraph that is served now. */
  current(): ServedSchema;
  /** How it stands with supergraphs that come later. */
  supergraphHealth(): readonly HealthReport[];
}

export interface ServedSchema extends CheckedSupergraph {
  /** What clients see of the supergraph. */
  readonly schema: GraphQLSchema;
}

export async function startApollo(options: ApolloOptions): Promise<StartedApollo> {
  let served: ServedSchema | undefined;
  const follower = followSupergraph({ ...options, source: options.supergraph });
  const gateway = createLeanGateway(options, follower);
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    served = { schema: apiSchema, ...checkSupergraph(coreSupergraphSdl, options.subgraphs) };
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    nodeEnv: options.development ? 'development' : 'production',
    logger: loggerOf(options.log),
    // Allowed here, and decided by who asks in the edge plugin.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    documentStore: keepDocuments(),
    stopOnTerminationSignals: false,
    stringifyResult: (result) => JSON.stringify(result),
    parseOptions: { maxTokens: TOKENS_MAX },
    validationRules: [...limitRules(options.queryDepthMax)],
    validationOptions: { maxErrors: VALIDATION_ERRORS_MAX },
    formatError: createErrorFormat(options.log),
    plugins: [createEdgePlugin(options), ...WITHOUT],
  });
  await apollo.start();
  const current = () => {
    invariant(served, 'a started gateway has its schema');
    return served;
  };
  return { apollo, current, supergraphHealth: follower.health };
}

/** What Apollo Server would otherwise add: a hook on every field, reports to Apollo, and pages. */
const WITHOUT = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

function createLeanGateway({ call, log }: ApolloOptions, { manager }: SupergraphFollower): GatewayInterface {
  // The gateway reports its use to Apollo from its constructor on, unless the environment says this.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
  const lean = createLeanExecutor((fetch, context) => call(fetch, context as GatewayContext));
  const apollo = new ApolloGateway({
    supergraphSdl: manager,
    logger: loggerOf(log),
    __exposeQueryPlanExperimental: false,
    experimental_approximateQueryPlanStoreMiB: PLANS_MIB,
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true },
    experimental_didResolveQueryPlan: lean.remember,
    buildService: ({ name }) => dataSourceOf(name, call),
  });
  return {
    load: async (load) => {
      const { executor } = await apollo.load(load);
      const run = lean.wrap(executor);
      return {
        executor: async (request) => {
          const result = await run(request);
          const tooLarge = refuseTooLarge(result.data);
          return tooLarge === null ? result : { errors: [tooLarge] };
        },
      };
    },
    onSchemaLoadOrUpdate: (listener) => apollo.onSchemaLoadOrUpdate(listener),
    stop: () => apollo.stop(),
  };
}

/** For Apollo's own executor, which runs an operation the first time. */
function dataSourceOf(subgraph: string, call: CallSubgraph<GatewayContext>): GraphQLDataSource {
  return {
    process: async (options) => {
      const { request, context } = options;
      const fetch = {
        subgraph,
        query: request.query ?? '',
        document: 'document' in options ? options.document : undefined,
        operationName: request.operationName,
        variables: request.variables ?? {},
      };
      const answer: SubgraphAnswer = await call(fetch, context as GatewayContext);
      // Apollo's type of an answer asks for errors that can be changed.
      return answer as Awaited<ReturnType<GraphQLDataSource['process']>>;
    },
  };
}

/** Apollo's messages go where ours go; what it tells about its own start is of use to nobody else. */
function loggerOf(log: Log) {
  return {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.debug(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  };
}
