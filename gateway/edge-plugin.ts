/** What the gateway does around each operation: decides whether it may run at all, and counts it. */

import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { type GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import { isOutage, Problem, toProblem } from '../platform/errors.ts';
import { isAnonymous } from './credentials/anonymous.ts';
import { NO_TOKEN } from './credentials/authenticate.ts';
import { knownOf, type Refusals } from './credentials/refusals.ts';
import { refusal } from './error-format.ts';
import { type Demand, demandOf } from './limits/breadth.ts';
import { refuseTooMuch } from './limits/operation-limits.ts';
import { type Budget, budgetHeaders, costOf, LimitReached, type Spending } from './limits/spending.ts';
import { refuseDeepValues } from './limits/value-depth.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { GatewayContext } from './request-context.ts';
import { refuseIntrospection, withoutSuggestions } from './schema-sight.ts';
import type { TrustedDocuments } from './trusted-documents/trusted-documents.ts';

type Resolved = GraphQLRequestContextDidResolveOperation<GatewayContext>;

export interface EdgeOptions {
  readonly metrics: GatewayMetrics;
  readonly spending: Spending;
  readonly trusted: TrustedDocuments;
  /** Null where nobody keeps them. */
  readonly refusals: Refusals | null;
}

export function createEdgePlugin(options: EdgeOptions): ApolloServerPlugin<GatewayContext> {
  const { metrics } = options;
  const demandFor = rememberDemands();
  return {
    requestDidStart: async () => {
      const done = metrics.begin();
      let budgets: readonly Budget[] = [];
      return {
        didResolveOperation: async (request) => {
          const operation = requireOperation(request);
          refuseAnonymous(options, operation, request);
          checkTrusted(options, request);
          const unseen = refuseIntrospection(request.document, request.contextValue.seesSchema);
          if (unseen !== null) throw refuseAndNote(options, request.contextValue, 'introspect', unseen);
          budgets = await spend(options, request.contextValue, () => {
            refuseDeepValues(request.request.variables ?? {});
            return demandFor(operation, request);
          });
        },
        willSendResponse: async ({ response, operation, contextValue }) => {
          for (const [name, value] of Object.entries(budgetHeaders(budgets)))
            response.http.headers.set(name, value);
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (singleResult.errors !== undefined && !contextValue.seesSchema)
            singleResult.errors = singleResult.errors.map(withoutSuggestions);
          const { data, errors } = singleResult;
          done(operation?.operation ?? 'unknown', outcomeOf(data, errors));
        },
      };
    },
  };
}

/** What runs is looked at here, whatever was looked at on its way. */
function checkTrusted({ trusted }: EdgeOptions, { source, contextValue }: Resolved): void {
  if (contextValue.isOwn === true) return;
  try {
    trusted.check(source, contextValue);
  } catch (error) {
    throw refusal(toProblem(error), contextValue.requestId);
  }
}

/** Refuses what no operation may ask, and takes what it costs from what its caller may spend. */
async function spend(
  options: EdgeOptions,
  context: GatewayContext,
  demandFor: () => Demand,
): Promise<readonly Budget[]> {
  try {
    const demand = demandFor();
    refuseTooMuch(demand);
    return await options.spending.spend(context.allowances, costOf(demand));
  } catch (error) {
    const problem = toProblem(error);
    if (isOutage(problem)) throw refusal(problem, context.requestId);
    const headers = problem instanceof LimitReached ? budgetHeaders(problem.budgets) : {};
    throw refuseAndNote(options, context, 'spend', problem, headers);
  }
}

/** The refusal, which the audit log hears of. */
function refuseAndNote(
  { refusals }: EdgeOptions,
  { principal, address, requestId, request }: GatewayContext,
  action: string,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): GraphQLError {
  refusals?.note({ ...knownOf(principal), address, action, problem, requestId, request });
  return refusal(problem, requestId, headers);
}

/** `@apollo/gateway` would answer both with 500. */
function requireOperation(resolved: Resolved): OperationDefinitionNode {
  // Apollo Server calls this hook also where it found no operation, which its types deny.
  const operation: OperationDefinitionNode | undefined = resolved.operation;
  if (operation === undefined) throw refusal(unknownOperation(resolved.request.operationName));
  if (operation.operation !== 'subscription') return operation;
  const detail =
    'A subscription needs a live connection: POST it with "accept: text/event-stream", or use graphql-ws on this address.';
  throw refusal(new Problem('BAD_INPUT', detail));
}

function unknownOperation(asked: string | null | undefined): Problem {
  if (asked !== undefined && asked !== null)
    return new Problem('BAD_INPUT', `The document has no operation named "${asked}".`);
  return new Problem(
    'BAD_INPUT',
    'The document does not hold exactly one operation. Say which one to run in "operationName".',
  );
}

/** What runs is looked at again, whatever the body seemed to ask. */
function refuseAnonymous(
  options: EdgeOptions,
  { selectionSet }: OperationDefinitionNode,
  { document, contextValue }: Resolved,
): void {
  const { principal } = contextValue;
  if (principal !== null && principal.isAnonymous !== true) return;
  const introspects = selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
  );
  const isAllowed = principal === null ? introspects : isAnonymous(document);
  if (!isAllowed)
    throw refuseAndNote(options, contextValue, 'authenticate', new Problem('UNAUTHENTICATED', NO_TOKEN));
}

/** Sizes asked for by the same operation are mostly the same: the last answer is kept with it. */
function rememberDemands() {
  const checked = new WeakMap<OperationDefinitionNode, { readonly key: string; readonly demand: Demand }>();
  return (operation: OperationDefinitionNode, { document, request, schema }: Resolved): Demand => {
    const variables = request.variables ?? {};
    const key = sizesIn(variables);
    const known = checked.get(operation);
    const demand = known?.key === key ? known.demand : demandOf({ schema, operation, document, variables });
    if (known?.key !== key) checked.set(operation, { key, demand });
    return demand;
  };
}

/** Only whole numbers can be sizes. */
function sizesIn(variables: Readonly<Record<string, unknown>>): string {
  let key = '';
  for (const [name, value] of Object.entries(variables))
    if (typeof value === 'number') key += `${name}=${value};`;
  return key;
}

/** `ok`, `partial` where some data came, else the code of the first error. */
function outcomeOf(data: unknown, errors: readonly { readonly extensions?: unknown }[] | undefined): string {
  if (errors === undefined || errors.length === 0) return 'ok';
  if (data !== null && data !== undefined) return 'partial';
  const { code } = (errors[0]?.extensions ?? {}) as { readonly code?: unknown };
  return String(code ?? 'INTERNAL');
}
