/**
 * Runs operations by plans that `@apollo/gateway` made, without what its own executor does again for each request:
 * it re-reads the operation, opens spans, builds trace nodes and checks every leaf's value. The first run of an
 * operation, and each run of one that is out of the ordinary, goes through Apollo's executor; `test/gateway/` runs
 * operations through both and compares.
 */

import { GraphQLError, type OperationDefinitionNode, visit } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { Problem } from '../../platform/errors.ts';
import type { Data } from './merge.ts';
import type { GatewayRequest, OperationContext, PlanCallback, PlanNode, QueryPlan } from './query-plan.ts';
import { compileShape, type Shape } from './response-shape.ts';
import { runPlan } from './run-plan.ts';
import type { CallSubgraph } from './subgraph-fetch.ts';

type ApolloExecutor = (request: GatewayRequest) => Promise<ExecutionResult>;

interface ExecutionResult {
  // biome-ignore lint/suspicious/noExplicitAny: this is how Apollo types the data of a gateway's answer.
  readonly data?: Record<string, any> | null;
  readonly errors?: readonly GraphQLError[];
}

interface Prepared {
  readonly operation: OperationContext;
  readonly plan: PlanNode | undefined;
  /** Variables that `@skip` and `@include` look at. */
  readonly conditions: readonly string[];
  /** By the conditions' values, as a text of 0 and 1. Null where Apollo's executor answers. */
  readonly shapes: Map<string, Shape | null>;
}

/** Ways in which one operation's conditions may fall that are kept compiled. */
const SHAPES_MAX = 32;

export interface LeanExecutor {
  /** To be given to the gateway: remembers the plan of an operation. */
  readonly remember: PlanCallback;
  /** The executor to be used in place of `apollo`. */
  wrap(apollo: ApolloExecutor): ApolloExecutor;
}

export function createLeanExecutor(call: CallSubgraph<GatewayRequest['context']>): LeanExecutor {
  // Operations live as long as Apollo Server keeps their documents.
  const prepared = new WeakMap<OperationDefinitionNode, Prepared>();
  return {
    remember: ({ queryPlan, operationContext }) => {
      const { operation } = operationContext;
      if (!prepared.has(operation)) prepared.set(operation, prepare(queryPlan, operationContext));
    },
    wrap: (apollo) => async (request) => {
      const known = prepared.get(request.operation);
      if (known === undefined) return apollo(request);
      const variables = request.request.variables ?? {};
      const values = coerce(known.operation, variables);
      if ('errors' in values) return values;
      const shape = shapeFor(known, values.coerced);
      if (shape === null) return apollo(request);
      const errors: GraphQLError[] = [];
      const data: Data = {};
      const run = {
        schema: known.operation.schema,
        variables,
        coerced: values.coerced,
        call: (fetch: Parameters<typeof call>[0]) => call(fetch, request.context),
        errors,
      };
      if (known.plan !== undefined) await runPlan(run, known.plan, data);
      return answer(shape, data, errors);
    },
  };
}

function prepare(plan: QueryPlan, operation: OperationContext): Prepared {
  const shapes = new Map<string, Shape | null>();
  if (plan.node?.kind === 'Subscription' || hasRewrites(plan.node)) {
    return { operation, plan: undefined, conditions: [], shapes: shapes.set('', null) };
  }
  return { operation, plan: plan.node, conditions: conditionsOf(operation), shapes };
}

/** Rewrites come with features (interface objects, contexts) that Apollo's executor is left to answer. */
function hasRewrites(node: PlanNode | undefined): boolean {
  switch (node?.kind) {
    case 'Fetch':
      return [node.inputRewrites, node.outputRewrites, node.contextRewrites].some((list) => list?.length);
    case 'Flatten':
      return hasRewrites(node.node);
    case 'Condition':
      return hasRewrites(node.ifClause) || hasRewrites(node.elseClause);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some(hasRewrites);
    case 'Defer':
      return true;
    default:
      return false;
  }
}

function conditionsOf({ operation, fragments }: OperationContext): readonly string[] {
  const names = new Set<string>();
  for (const definition of [operation, ...Object.values(fragments)]) {
    visit(definition, {
      Directive: ({ arguments: args }) => {
        for (const { value } of args ?? []) if (value.kind === 'Variable') names.add(value.name.value);
      },
    });
  }
  return [...names];
}

function coerce(
  { schema, operation }: OperationContext,
  variables: Readonly<Record<string, unknown>>,
): { readonly coerced: Data } | { readonly errors: readonly GraphQLError[] } {
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  return errors === undefined ? { coerced } : { errors };
}

function shapeFor(known: Prepared, coerced: Data): Shape | null {
  const key = known.conditions.map((name) => (coerced[name] === true ? '1' : '0')).join('');
  const compiled = known.shapes.get(key);
  if (compiled !== undefined) return compiled;
  const shape = compileShape(known.operation, coerced);
  if (known.shapes.size >= SHAPES_MAX) known.shapes.clear();
  known.shapes.set(key, shape);
  return shape;
}

/** A null that no error explains must not look like an answer. */
function answer(shape: Shape, merged: Data, errors: readonly GraphQLError[]): ExecutionResult {
  const missing: string[] = [];
  const data = shape(merged, missing);
  if (errors.length > 0) return { data, errors };
  const [field] = missing;
  return field === undefined ? { data } : { data, errors: [unexplained(field)] };
}

function unexplained(field: string): GraphQLError {
  const detail = `${field} has no value: what it belongs to was removed while the operation ran. Try again.`;
  return new GraphQLError(detail, { originalError: new Problem('UNAVAILABLE', detail) });
}
