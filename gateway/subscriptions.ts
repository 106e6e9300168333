/**
 * Live results. The gateway executes no subscriptions itself: the subgraph that owns the root field says when
 * something happened, and for each event the client's own selection is run again as a query on the field's twin,
 * so that fields of every subgraph resolve.
 */

import {
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  visit,
} from 'graphql';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { Problem, problemDetails, toProblem } from '../platform/errors.ts';
import { NO_TOKEN } from './endpoint-data-source.ts';
import type { GatewayContext } from './request-context.ts';
import type { SubgraphEndpoint } from './subgraph-endpoint.ts';

/** How one subscription field is served. */
interface Twin {
  /** The subgraph whose events these are. */
  readonly subgraph: string;
  /** What it is asked; variables are the field's arguments. */
  readonly source: string;
  /** The query field that the client's selection is run on. */
  readonly field: string;
  /** Whether the twin takes the event's id in place of the subscription's own arguments. */
  readonly byEventId: boolean;
}

const TWINS: Readonly<Record<string, Twin>> = {
  ingestionJob: {
    subgraph: 'documents',
    source: 'subscription Source($id: ID!) { ingestionJob(id: $id) { id } }',
    field: 'ingestionJob',
    byEventId: false,
  },
  answer: {
    subgraph: 'retrieval',
    source:
      'subscription Source($question: String!, $collections: [String!], $filter: SearchFilter) { answer(question: $question, collections: $collections, filter: $filter) { id } }',
    field: 'answerEvent',
    byEventId: true,
  },
};

/** How long a subscription may last, in ms; tokens are looked at again when it is begun anew. */
const SUBSCRIPTION_MS_MAX = 3_600_000;

export interface SubscriptionTools {
  readonly schema: GraphQLSchema;
  readonly endpoints: ReadonlyMap<string, SubgraphEndpoint>;
  readonly authority: TokenAuthority;
  /** Runs a query through the gateway, limits and all. */
  readonly query: (
    document: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
    context: GatewayContext,
  ) => Promise<FormattedExecutionResult>;
  readonly timeoutMs: number;
}

export interface SubscriptionRequest {
  /** Validated against the supergraph. */
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

/** Results as they come. Rejects, before the first, with the problem of a request that is refused. */
export async function subscribeThroughGateway(
  tools: SubscriptionTools,
  request: SubscriptionRequest,
  context: GatewayContext,
): Promise<AsyncIterable<FormattedExecutionResult>> {
  if (context.principal === null) throw new Problem('UNAUTHENTICATED', NO_TOKEN);
  const { operation, field, twin } = readSubscription(request);
  const variables = request.variables ?? {};
  const definition = tools.schema.getSubscriptionType()?.getFields()[field.name.value];
  const endpoint = tools.endpoints.get(twin.subgraph);
  if (definition === undefined || endpoint === undefined)
    throw new Problem('UNAVAILABLE', `The subgraph "${twin.subgraph}" is not there.`);
  const source = await endpoint.subscribe({
    query: twin.source,
    variables: getArgumentValues(definition, field, { ...variables }),
    token: await tools.authority.issueFor(context.principal, endpoint.name),
    requestId: context.requestId,
    deadline: Date.now() + SUBSCRIPTION_MS_MAX,
    signal: context.signal,
  });
  return runAgain(tools, source, { document: request.document, operation, field, twin, variables }, context);
}

interface Rerun {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  readonly twin: Twin;
  readonly variables: Readonly<Record<string, unknown>>;
}

async function* runAgain(
  tools: SubscriptionTools,
  source: AsyncIterable<FormattedExecutionResult>,
  rerun: Rerun,
  context: GatewayContext,
): AsyncGenerator<FormattedExecutionResult> {
  const query = twinQuery(rerun);
  const key = rerun.field.name.value;
  for await (const event of source) {
    if (event.errors !== undefined) {
      yield { data: null, errors: event.errors };
      continue;
    }
    const id = (event.data?.[key] as { readonly id?: string } | undefined)?.id;
    const variables = rerun.twin.byEventId ? { ...rerun.variables, [EVENT_ID]: id } : rerun.variables;
    yield await tools.query(
      { query, variables: pickUsed(query, variables) },
      { ...context, deadline: Date.now() + tools.timeoutMs },
    );
  }
}

const EVENT_ID = 'trellisEventId';

function readSubscription({ document, operationName }: SubscriptionRequest) {
  const operation = getOperationAST(document, operationName ?? undefined);
  const [selection] = operation?.selectionSet.selections ?? [];
  if (
    !operation ||
    operation.operation !== OperationTypeNode.SUBSCRIPTION ||
    selection?.kind !== Kind.FIELD
  ) {
    throw new Problem(
      'BAD_INPUT',
      'The operation is not a subscription with one field. Send queries by POST to /graphql.',
    );
  }
  const twin = TWINS[selection.name.value];
  if (twin === undefined)
    throw new Problem('BAD_INPUT', `There is no subscription "${selection.name.value}".`);
  return { operation, field: selection, twin };
}

/** The client's operation as a query on the twin: same selection, same fragments, the same key in the result. */
function twinQuery({ document, operation, field, twin }: Rerun): string {
  const twinField: FieldNode = {
    ...field,
    alias: { kind: Kind.NAME, value: field.alias?.value ?? field.name.value },
    name: { kind: Kind.NAME, value: twin.field },
    ...(twin.byEventId ? { arguments: [eventIdArgument()] } : {}),
  };
  const used = new Set<string>();
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  for (const node of [twinField, ...fragments])
    visit(node, { Variable: ({ name }) => void used.add(name.value) });
  const eventId = twin.byEventId ? [eventIdVariable()] : [];
  const query: OperationDefinitionNode = {
    ...operation,
    operation: OperationTypeNode.QUERY,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [twinField] },
    variableDefinitions: [
      ...(operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value)),
      ...eventId,
    ],
  };
  return print({ kind: Kind.DOCUMENT, definitions: [query, ...fragments] });
}

function eventIdArgument() {
  const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: EVENT_ID } } as const;
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'id' }, value: variable } as const;
}

function eventIdVariable() {
  const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: EVENT_ID } } as const;
  const named = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'ID' } } as const;
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable,
    type: { kind: Kind.NON_NULL_TYPE, type: named },
  } as const;
}

function pickUsed(
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => query.includes(`$${name}`)));
}

/** A refusal as the first and only result. */
export function refusalResult(
  error: unknown,
  requestId: string,
): { readonly errors: readonly GraphQLError[] } {
  const problem = toProblem(error);
  return {
    errors: [new GraphQLError(problem.message, { extensions: { ...problemDetails(problem, requestId) } })],
  };
}
