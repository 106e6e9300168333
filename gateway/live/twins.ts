/**
 * The gateway executes no subscriptions itself. For each event of the subgraph that owns the field, the client's own
 * selection is run as a query on the field's twin, so that fields of every subgraph resolve. This table says how;
 * a subscription field without a row stops the start.
 */

import { type GraphQLSchema, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { invariant } from '../../platform/errors.ts';

export interface Twin {
  /** What the subgraph is asked to say of each event. */
  readonly event: string;
  /** The query field that the client's selection is run on. */
  readonly field: string;
  /** The twin's arguments: the client's own, or fields of the event under the twin's names for them. */
  readonly arguments: 'CLIENT' | { readonly [argument: string]: string };
  /** Whether a reader that is behind gets only the latest state, rather than every event. */
  readonly latestOnly: boolean;
}

export const TWINS: { readonly [subscription: string]: Twin } = {
  ingestionJob: { event: '{ id }', field: 'ingestionJob', arguments: 'CLIENT', latestOnly: true },
  answer: { event: '{ id }', field: 'answerEvent', arguments: { id: 'id' }, latestOnly: false },
};

/** Which subgraph each subscription field comes from, as the supergraph says. */
export function subscriptionOwners(supergraph: string, schema: GraphQLSchema): ReadonlyMap<string, string> {
  const definitions = parse(supergraph).definitions;
  const subscription = definitions.find(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Subscription',
  ) as ObjectTypeDefinitionNode | undefined;
  const graphs = graphNames(definitions);
  const only = directiveArgument(subscription, 'join__type', 'graph');
  const owners = (subscription?.fields ?? []).map((field) => {
    const graph = directiveArgument(field, 'join__field', 'graph') ?? only ?? '';
    return [field.name.value, graphs.get(graph) ?? graph] as const;
  });
  for (const [field] of owners) refuseWithoutTwin(field, schema);
  return new Map(owners);
}

function refuseWithoutTwin(field: string, schema: GraphQLSchema): void {
  const twin = TWINS[field];
  invariant(twin, `Subscription.${field} has no row in the table of twins`);
  const known = schema.getQueryType()?.getFields() ?? {};
  invariant(
    twin.field in known,
    `Subscription.${field} has the twin Query.${twin.field}, which is not there`,
  );
}

/** `DOCUMENTS` in the supergraph is the subgraph `documents`. */
function graphNames(definitions: ReturnType<typeof parse>['definitions']): ReadonlyMap<string, string> {
  const graphs = definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map((value) => [
      value.name.value,
      directiveArgument(value, 'join__graph', 'name') ?? value.name.value,
    ]),
  );
}

interface WithDirectives {
  readonly directives?: ObjectTypeDefinitionNode['directives'];
}

function directiveArgument(
  node: WithDirectives | undefined,
  directive: string,
  argument: string,
): string | undefined {
  const found = node?.directives
    ?.find(({ name }) => name.value === directive)
    ?.arguments?.find(({ name }) => name.value === argument)?.value;
  return found?.kind === Kind.STRING || found?.kind === Kind.ENUM ? found.value : undefined;
}
