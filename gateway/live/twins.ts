/**
 * The gateway executes no subscriptions itself. For each event of the subgraph that owns the field, the client's own
 * selection is run as a query on the field's twin, so that fields of every subgraph resolve. This table says how;
 * a subscription field without a row stops the start.
 */

import { type DocumentNode, Kind, type ObjectTypeDefinitionNode } from 'graphql';
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
  backup: { event: '{ id }', field: 'backup', arguments: 'CLIENT', latestOnly: true },
  restore: { event: '{ id }', field: 'restore', arguments: 'CLIENT', latestOnly: true },
  answer: { event: '{ id }', field: 'answerEvent', arguments: { id: 'id' }, latestOnly: false },
};

/** Which subgraph each subscription field comes from, as the supergraph says. */
export function subscriptionOwners(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const subscription = objectType(supergraph, 'Subscription');
  const graphs = graphNames(supergraph);
  const only = directiveArgument(subscription, 'join__type', 'graph');
  const owners = (subscription?.fields ?? []).map((field) => {
    const graph = directiveArgument(field, 'join__field', 'graph') ?? only ?? '';
    return [field.name.value, graphs.get(graph) ?? graph] as const;
  });
  const queries = (objectType(supergraph, 'Query')?.fields ?? []).map(({ name }) => name.value);
  for (const [field] of owners) refuseWithoutTwin(field, queries);
  return new Map(owners);
}

function objectType({ definitions }: DocumentNode, name: string): ObjectTypeDefinitionNode | undefined {
  return definitions.find(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === name,
  );
}

function refuseWithoutTwin(field: string, queries: readonly string[]): void {
  const twin = TWINS[field];
  invariant(twin, `Subscription.${field} has no row in the table of twins`);
  invariant(
    queries.includes(twin.field),
    `Subscription.${field} has the twin Query.${twin.field}, which is not there`,
  );
}

/** `DOCUMENTS` in the supergraph is the subgraph `documents`. */
export function graphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
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
