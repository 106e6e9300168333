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
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
} from 'graphql';
import type { Principal } from '../model/principal.ts';
import { subgraphAudience, type TokenVerifier } from '../platform/auth/token-authority.ts';
import type { Deadline } from '../platform/deadline.ts';
import { Problem, toProblem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Part } from '../platform/part.ts';
import { untilAborted } from '../platform/until-aborted.ts';
import {
  type AuditSink,
  auditMutations,
  eventOf,
  noteRefusedFields,
  noteRefusedSubscription,
} from './audited.ts';
import { createExecute } from './compiled-queries.ts';
import { guardSchema } from './guard-schema.ts';
import { liveResults } from './live-results.ts';
import { readNullsAsDefaults } from './null-arguments.ts';
import { type CallTime, createOpenCalls } from './open-calls.ts';
import { openSource } from './open-source.ts';
import { failedResult, failureProblem, OperationErrors } from './operation-errors.ts';
import { formatProblem } from './problem-errors.ts';
import { createOperationReader } from './read-operation.ts';
import { DateTime, JSONObject } from './scalars.ts';
import type { SubgraphContext, SubgraphDefinition, SubgraphName } from './subgraph.ts';

/** What the gateway sends; see `gateway/subgraph-endpoint.ts`. */
export interface SubgraphCall extends CallTime {
  readonly query: string;
  /** The text parsed, where the caller has it already. */
  readonly document?: DocumentNode;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly requestId: string;
  /** W3C trace context of the client's request, for the log. */
  readonly traceparent?: string;
}

export interface Subgraph extends Part {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  /**
   * Whom the token names; rejects with UNAUTHENTICATED when it was not signed for this subgraph. Whoever asks tells the
   * audit log, and knows from where it came.
   */
  principalOf(token: string): Promise<Principal>;
  /** Never rejects: a refusal or a failure is in `errors`, as problem details. */
  execute(call: SubgraphCall): Promise<FormattedExecutionResult>;
  /** Rejects, before anything starts, with the problem of a subscription that is refused. */
  subscribe(call: SubgraphCall): Promise<AsyncIterableIterator<FormattedExecutionResult>>;
  ping(): Promise<number>;
}

export interface SubgraphTools {
  readonly authority: TokenVerifier;
  readonly log: Log;
  /** Where mutations and refusals are kept. */
  readonly audit?: AuditSink;
  /** How long calls under way may take to finish when the subgraph closes, in ms. */
  readonly drainMs?: number;
}

const SHARED = readFileSync(new URL('../schema/shared.graphql', import.meta.url), 'utf8');

/** The schema of a definition, before any rule. */
export function subgraphSchema(definition: Pick<SubgraphDefinition, 'schema' | 'resolvers'>): GraphQLSchema {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(SHARED), resolvers: { DateTime, JSONObject } },
    { typeDefs: parse(definition.schema), resolvers: definition.resolvers },
  ]);
  return readNullsAsDefaults(schema);
}

export function createSubgraph<Loaders>(
  definition: SubgraphDefinition<Loaders>,
  tools: SubgraphTools,
): Subgraph {
  const schema = guardSchema(subgraphSchema(definition), definition.permissions, definition.bounded);
  const { audit } = tools;
  if (audit !== undefined) auditMutations(schema, definition.permissions, audit);
  const verify = createVerification(definition.name, tools);
  const prepare = createPreparation(definition, schema, verify);
  const run = createExecute();
  const format = createFormat(tools.log.child({ subgraph: definition.name }));
  const calls = createOpenCalls(
    definition.name,
    tools.drainMs === undefined ? {} : { drainMs: tools.drainMs },
  );

  return {
    name: definition.name,
    schema,
    principalOf: (token) => tools.authority.verify(token, subgraphAudience(definition.name)),
    start: async () => undefined,
    close: () => calls.close(),
    ping: async () => 0,
    execute: async (call) => {
      let deadline: Deadline | undefined;
      try {
        deadline = calls.begin(call, 'once');
        const { args, contextFor, principal, kind } = await prepare(call, ONCE);
        const running = run({ args, contextFor, signal: deadline.signal });
        const result = running instanceof Promise ? await untilAborted(running, deadline.signal) : running;
        const answer = format(result, call);
        if (audit !== undefined && answer.errors !== undefined)
          noteRefusedFields(audit, principal, answer, { ...args, kind, requestId: call.requestId });
        return answer;
      } catch (error) {
        return format(failedResult(error), call);
      } finally {
        deadline?.release();
      }
    },
    subscribe: async (call) => {
      const deadline = calls.begin(call, 'live');
      try {
        const { args, contextFor, principal, kind } = await prepare(call, LIVE);
        const context = () => contextFor(deadline.signal);
        const source = await openSource({ ...args, contextValue: context() }, deadline.signal).catch(
          (error: unknown) => {
            const about = { ...args, kind, requestId: call.requestId };
            if (audit !== undefined) noteRefusedSubscription(audit, principal, failureProblem(error), about);
            throw error;
          },
        );
        return liveResults({
          source,
          resultOf: async (event) => {
            const result = await execute({ ...args, rootValue: event, contextValue: context() });
            return format(result, call);
          },
          failure: (error) => format(failedResult(error), call),
          deadline,
        });
      } catch (error) {
        deadline.release();
        throw failureProblem(error);
      }
    },
  };
}

const ONCE: readonly OperationTypeNode[] = [OperationTypeNode.QUERY, OperationTypeNode.MUTATION];
const LIVE: readonly OperationTypeNode[] = [OperationTypeNode.SUBSCRIPTION];

/** Whom a token names, where it was signed for this subgraph. One that was not is a refusal like any other. */
function createVerification(name: SubgraphName, { authority, audit }: SubgraphTools) {
  const audience = subgraphAudience(name);
  return async (token: string): Promise<Principal> => {
    try {
      return await authority.verify(token, audience);
    } catch (error) {
      audit?.note(eventOf(null, `subgraph ${name}`, toProblem(error)));
      throw error;
    }
  };
}

/** What comes before execution, in this order: who asks, whether the operation is sound, what it may see. */
function createPreparation<Loaders>(
  definition: SubgraphDefinition<Loaders>,
  schema: GraphQLSchema,
  verify: (token: string) => Promise<Principal>,
) {
  const operationOf = createOperationReader(schema);
  return async (call: SubgraphCall, kinds: readonly OperationTypeNode[]) => {
    const principal = await verify(call.token);
    const operation = operationOf(call.query, call.document);
    if ('errors' in operation) throw new OperationErrors(operation.errors);
    const kind = requireKind(operation.document, call.operationName, kinds);
    const { variables, operationName, requestId } = call;
    const args: ExecutionArgs = {
      schema,
      document: operation.document,
      variableValues: variables,
      operationName,
    };
    /** A context is never used twice: loaders and shield's verdicts belong to one execution. */
    const contextFor = (signal: AbortSignal): SubgraphContext<Loaders> => ({
      principal,
      requestId,
      signal,
      loaders: definition.createLoaders({ principal, signal }),
    });
    return { args, contextFor, principal, kind };
  };
}

function requireKind(
  document: DocumentNode,
  name: string | undefined,
  kinds: readonly OperationTypeNode[],
): OperationTypeNode {
  const operation = getOperationAST(document, name);
  if (!operation)
    throw new Problem('BAD_INPUT', 'No operation of the text is named. Give its "operationName".');
  if (kinds.includes(operation.operation)) return operation.operation;
  const way = kinds.includes(OperationTypeNode.SUBSCRIPTION) ? 'without' : 'with';
  throw new Problem('BAD_INPUT', `A ${operation.operation} is asked ${way} "Accept: text/event-stream".`);
}

function createFormat(log: Log) {
  return (result: ExecutionResult, { requestId, traceparent }: SubgraphCall): FormattedExecutionResult => {
    if (result.errors === undefined) return result as FormattedExecutionResult;
    const own = traceparent === undefined ? log : log.child({ traceparent });
    return { ...result, errors: result.errors.map((error) => formatProblem(error, requestId, own)) };
  };
}
