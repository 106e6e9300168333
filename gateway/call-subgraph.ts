/** How the gateway asks a subgraph: through its endpoint, with a token signed for it, inside the client's deadline. */

import { type GraphQLFormattedError, Kind, parse } from 'graphql';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { invariant, Problem, problemDetails, toProblem } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { untilAborted } from '../platform/until-aborted.ts';
import { NO_TOKEN } from './credentials/authenticate.ts';
import type { CallSubgraph, SubgraphAnswer, SubgraphFetch } from './execution/subgraph-fetch.ts';
import type { GatewayContext } from './request-context.ts';
import type { SubgraphEndpoint } from './subgraph-endpoint.ts';

export interface CallOptions {
  readonly endpoints: readonly SubgraphEndpoint[];
  readonly authority: TokenAuthority;
  readonly log: Log;
}

/** A failure to reach one subgraph is an error beside the data of the others. */
export function createCallSubgraph({ endpoints, authority, log }: CallOptions): CallSubgraph<GatewayContext> {
  const byName = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  return async (fetch, context) => {
    const endpoint = byName.get(fetch.subgraph);
    invariant(endpoint, `the supergraph names a subgraph ${fetch.subgraph} that is not offered`);
    try {
      return located(fetch, inTime(await ask(endpoint, fetch, context, authority)));
    } catch (error) {
      const problem = describe(toProblem(error), endpoint.name, context.timeoutMs);
      if (problem.code !== 'CANCELLED')
        log.warn({ requestId: context.requestId, subgraph: endpoint.name, error }, problem.message);
      return unanswered(fetch, problem, context.requestId);
    }
  };
}

async function ask(
  endpoint: SubgraphEndpoint,
  { query, document, operationName, variables }: SubgraphFetch,
  { principal, requestId, deadline, signal, traceparent }: GatewayContext,
  authority: TokenAuthority,
): Promise<SubgraphAnswer> {
  if (principal === null) throw new Problem('UNAUTHENTICATED', NO_TOKEN);
  const answer = endpoint.execute({
    query,
    variables,
    token: await authority.issueFor(principal, endpoint.name),
    requestId,
    deadline,
    signal,
    ...(document === undefined ? {} : { document }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(traceparent === undefined ? {} : { traceparent }),
  });
  return untilAborted(answer, signal);
}

/** A subgraph has the same deadline, and may be the first to notice that it has passed. */
function inTime(answer: SubgraphAnswer): SubgraphAnswer {
  const [error] = answer.errors ?? [];
  const isLate = !answer.data && error?.path === undefined && error?.extensions?.['code'] === 'TIMEOUT';
  if (isLate) throw new Problem('TIMEOUT', error.message);
  return answer;
}

/** Says which subgraph it was. */
function describe(problem: Problem, subgraph: string, timeoutMs: number): Problem {
  if (problem.code !== 'TIMEOUT') return problem;
  const detail = `The subgraph "${subgraph}" did not answer within the ${timeoutMs} ms that the operation has. Ask for less, or try again.`;
  return new Problem('TIMEOUT', detail, { cause: problem });
}

function unanswered(fetch: SubgraphFetch, problem: Problem, requestId: string): SubgraphAnswer {
  const extensions = { ...problemDetails(problem, requestId) };
  return located(fetch, { data: null, errors: [{ message: problem.message, extensions }] });
}

/**
 * An error about a whole fetch becomes one for each field that stays without an answer; for entities, in the place
 * of the first of them: clients look for errors where the null is.
 */
function located(fetch: SubgraphFetch, answer: SubgraphAnswer): SubgraphAnswer {
  if (answer.errors === undefined) return answer;
  const entities = 'representations' in fetch.variables;
  const isLocated = ({ path = [] }: GraphQLFormattedError) => path.length > (entities ? 1 : 0);
  const errors = answer.errors.flatMap((error) => {
    if (isLocated(error)) return [error];
    return fieldsOf(fetch, entities).map((field) => ({
      ...error,
      path: entities ? ['_entities', 0, field] : [field],
    }));
  });
  return { data: answer.data ?? null, errors };
}

/** The response names that a fetch would have filled. */
function fieldsOf({ query, document }: SubgraphFetch, entities: boolean): readonly string[] {
  const [operation] = (document ?? parse(query)).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const roots = operation.selectionSet.selections;
  const selections = entities
    ? roots.flatMap((root) => (root.kind === Kind.FIELD ? (root.selectionSet?.selections ?? []) : []))
    : roots;
  return selections
    .flatMap((selection) =>
      selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet.selections : [selection],
    )
    .flatMap((selection) =>
      selection.kind === Kind.FIELD ? [selection.alias?.value ?? selection.name.value] : [],
    )
    .filter((name) => name !== '__typename');
}
