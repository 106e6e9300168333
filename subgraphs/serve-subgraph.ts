/**
 * A subgraph, executable: its schema with its rules, run for a principal whose token was signed for it alone.
 * In memory this is all there is; `serve-http.ts` puts the same behind a port.
 */

import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../model/principal.ts';
import { subgraphAudience, type TokenAuthority } from '../platform/auth/token-authority.ts';
import { Problem, problemDetails, toProblem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { guardSchema, refusalOf } from './guard-schema.ts';
import { formatProblem } from './problem-errors.ts';
import { DateTime, JSONObject } from './scalars.ts';
import type { SubgraphContext, SubgraphDefinition, SubgraphName } from './subgraph.ts';

/** Operations kept parsed and validated; a gateway sends few different texts. */
const OPERATIONS_CACHED_MAX = 2_000;

/** What the gateway sends; see `gateway/subgraph-endpoint.ts`. */
export interface SubgraphCall {
  readonly query: string;
  readonly document?: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly requestId: string;
  /** ms since the epoch. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

export interface Subgraph {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  execute(call: SubgraphCall): Promise<FormattedExecutionResult>;
  subscribe(call: SubgraphCall): Promise<AsyncIterable<FormattedExecutionResult>>;
  /** The context that a call's resolvers get; rejects when the token is not for this subgraph. */
  contextFor(call: Omit<SubgraphCall, 'query'>): Promise<SubgraphContext>;
  ping(): Promise<number>;
  close(): Promise<void>;
}

export interface SubgraphTools {
  readonly authority: TokenAuthority;
  readonly log: Log;
}

const SHARED = readFileSync(new URL('../schema/shared.graphql', import.meta.url), 'utf8');

/** The schema of a definition, before any rule. */
export function subgraphSchema<Loaders>(definition: SubgraphDefinition<Loaders>): GraphQLSchema {
  return buildSubgraphSchema([
    { typeDefs: parse(SHARED), resolvers: { DateTime, JSONObject } },
    { typeDefs: parse(definition.schema), resolvers: definition.resolvers },
  ]);
}

export function createSubgraph<Loaders>(
  definition: SubgraphDefinition<Loaders>,
  { authority, log }: SubgraphTools,
): Subgraph {
  const schema = guardSchema(subgraphSchema(definition), definition.permissions);
  const audience = subgraphAudience(definition.name);
  const operations = new LRUCache<string, Operation>({ max: OPERATIONS_CACHED_MAX });

  const operationOf = (query: string, given?: DocumentNode): Operation => {
    const cached = operations.get(query);
    if (cached !== undefined) return cached;
    const operation = readOperation(schema, query, given);
    operations.set(query, operation);
    return operation;
  };
  const contextFor: Subgraph['contextFor'] = async ({ token, requestId, deadline, signal }) => {
    const principal = await authority.verify(token, audience);
    const timeout = AbortSignal.timeout(Math.max(1, deadline - Date.now()));
    const bounded = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const loaders = definition.createLoaders({ principal, signal: bounded });
    return { principal, requestId, signal: bounded, loaders };
  };
  const argumentsFor = async (call: SubgraphCall): Promise<ExecutionArgs | readonly GraphQLError[]> => {
    const operation = operationOf(call.query, call.document);
    if ('errors' in operation) return operation.errors;
    return {
      schema,
      document: operation.document,
      contextValue: await contextFor(call),
      ...(call.variables === undefined ? {} : { variableValues: call.variables }),
      ...(call.operationName === undefined ? {} : { operationName: call.operationName }),
    };
  };
  const format = (result: ExecutionResult, requestId: string): FormattedExecutionResult => {
    if (result.errors === undefined) return result as FormattedExecutionResult;
    return { ...result, errors: result.errors.map((error) => formatProblem(error, requestId, log)) };
  };

  return {
    name: definition.name,
    schema,
    contextFor,
    execute: async (call) => {
      try {
        const args = await argumentsFor(call);
        if (isErrors(args)) return format({ errors: args }, call.requestId);
        return format(await execute(args), call.requestId);
      } catch (error) {
        return refused(toProblem(error), call.requestId);
      }
    },
    subscribe: async (call) => {
      const args = await argumentsFor(call);
      if (isErrors(args)) throw new Problem('BAD_INPUT', args.map(({ message }) => message).join(' '));
      // Shield's verdict comes when an event is executed; the source must not even start.
      refuseDeniedSubscription(args, definition);
      const source = await subscribe(args);
      if (!(Symbol.asyncIterator in source)) {
        const [error] = source.errors ?? [];
        throw error?.originalError ?? error ?? new Problem('INTERNAL', 'The subscription did not start.');
      }
      return mapEach(source, (result) => format(result, call.requestId));
    },
    ping: async () => 0,
    close: async () => undefined,
  };
}

type Operation = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

function readOperation(schema: GraphQLSchema, query: string, given: DocumentNode | undefined): Operation {
  try {
    const document = given ?? parse(query);
    const errors = validate(schema, document);
    return errors.length === 0 ? { document } : { errors };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

function isErrors(value: ExecutionArgs | readonly GraphQLError[]): value is readonly GraphQLError[] {
  return Array.isArray(value);
}

function refused(problem: Problem, requestId: string): FormattedExecutionResult {
  return {
    data: null,
    errors: [{ message: problem.message, extensions: { ...problemDetails(problem, requestId) } }],
  };
}

function refuseDeniedSubscription<Loaders>(
  args: ExecutionArgs,
  definition: SubgraphDefinition<Loaders>,
): void {
  const operation = getOperationAST(args.document, args.operationName);
  const { principal } = args.contextValue as { readonly principal: Principal };
  for (const selection of operation?.selectionSet.selections ?? []) {
    const field = selection.kind === Kind.FIELD ? selection.name.value : '';
    const refusal = refusalOf(definition.permissions.Subscription?.[field], principal);
    if (refusal !== null) throw refusal;
  }
}

async function* mapEach<From, To>(source: AsyncIterable<From>, map: (value: From) => To): AsyncGenerator<To> {
  for await (const value of source) yield map(value);
}
