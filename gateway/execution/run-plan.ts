/**
 * Walks a query plan: asks the subgraphs in the plan's order, side by side where the plan allows it, and merges
 * what they say into one object. An error of one subgraph leaves the others' data standing.
 */

import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { invariant } from '../../platform/errors.ts';
import { type Data, isObject, mergeInto } from './merge.ts';
import type { FetchNode, PlanNode } from './query-plan.ts';
import { representationOf } from './representations.ts';
import type { SubgraphAnswer, SubgraphFetch } from './subgraph-fetch.ts';

export interface PlanRun {
  readonly schema: GraphQLSchema;
  /** As the client sent them; each subgraph coerces those it gets. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Coerced, with their defaults: what conditions in the plan look at. */
  readonly coerced: Readonly<Record<string, unknown>>;
  call(fetch: SubgraphFetch): Promise<SubgraphAnswer>;
  /** Errors are added in the order in which they come. */
  readonly errors: GraphQLError[];
}

/** An object of the answer with its place in it. */
interface Spot {
  readonly data: Data;
  readonly path: readonly (string | number)[];
}

/** Merges everything the plan fetches into `data`. */
export async function runPlan(run: PlanRun, node: PlanNode, data: Data): Promise<void> {
  await runNode(run, node, [{ data, path: [] }]);
}

async function runNode(run: PlanRun, node: PlanNode, spots: readonly Spot[]): Promise<void> {
  switch (node.kind) {
    case 'Sequence':
      for (const child of node.nodes) await runNode(run, child, spots);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((child) => runNode(run, child, spots)));
      return;
    case 'Flatten': {
      const within = spots.flatMap((spot) => spotsAt(spot.data, node.path, spot.path));
      return within.length === 0 ? undefined : runNode(run, node.node, within);
    }
    case 'Condition': {
      const branch = run.coerced[node.condition] === true ? node.ifClause : node.elseClause;
      return branch === undefined ? undefined : runNode(run, branch, spots);
    }
    case 'Fetch':
      return runFetch(run, node, spots);
    default:
      invariant(false, `a query plan holds a ${node.kind} node, which nothing here asks for`);
  }
}

/** The objects at a path of a plan, in which `@` stands for each item of a list. */
function spotsAt(value: unknown, path: readonly unknown[], at: Spot['path']): readonly Spot[] {
  if (Array.isArray(value)) {
    const inside = path[0] === '@' ? path.slice(1) : path;
    return value.flatMap((item, index) => spotsAt(item, inside, [...at, index]));
  }
  if (!isObject(value)) return [];
  const [name, ...rest] = path;
  if (name === undefined) return [{ data: value, path: at }];
  return typeof name === 'string' ? spotsAt(value[name], rest, [...at, name]) : [];
}

function runFetch(run: PlanRun, fetch: FetchNode, spots: readonly Spot[]): Promise<void> {
  return fetch.requires === undefined ? fetchFields(run, fetch, spots) : fetchEntities(run, fetch, spots);
}

async function fetchFields(run: PlanRun, fetch: FetchNode, spots: readonly Spot[]): Promise<void> {
  const { data, errors } = await run.call(toCall(run, fetch, {}));
  const [first] = spots;
  for (const error of errors ?? [])
    run.errors.push(located(error, [...(first?.path ?? []), ...(error.path ?? [])]));
  if (isObject(data)) for (const spot of spots) mergeInto(spot.data, data);
}

async function fetchEntities(run: PlanRun, fetch: FetchNode, spots: readonly Spot[]): Promise<void> {
  const representations: Data[] = [];
  const named: Spot[] = [];
  for (const spot of spots) {
    const representation = representationOf(run.schema, spot.data, fetch.requires ?? []);
    if (representation?.['__typename'] === undefined) continue;
    representations.push(representation);
    named.push(spot);
  }
  if (named.length === 0) return;
  const { data, errors } = await run.call(toCall(run, fetch, { representations }));
  for (const error of errors ?? []) run.errors.push(located(error, entityPath(error.path, named)));
  const entities = data?.['_entities'];
  if (!Array.isArray(entities)) return;
  for (const [index, spot] of named.entries()) {
    const entity = entities[index];
    if (isObject(entity)) mergeInto(spot.data, entity);
  }
}

function toCall(run: PlanRun, fetch: FetchNode, own: Data): SubgraphFetch {
  const variables: Data = { ...own };
  for (const name of fetch.variableUsages ?? []) {
    if (run.variables[name] !== undefined) variables[name] = run.variables[name];
  }
  return {
    subgraph: fetch.serviceName,
    query: fetch.operation,
    document: fetch.operationDocumentNode,
    operationName: fetch.operationName,
    variables,
  };
}

/** `["_entities", 2, "name"]` in the subgraph is `[...path of the third entity asked about, "name"]` here. */
function entityPath(path: GraphQLFormattedError['path'], named: readonly Spot[]): Spot['path'] {
  const [, index = 0, ...rest] = path ?? [];
  return [...(named[Number(index)]?.path ?? []), ...rest];
}

function located({ message, extensions }: GraphQLFormattedError, path: Spot['path']): GraphQLError {
  return new GraphQLError(message, {
    ...(path.length === 0 ? {} : { path }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}
