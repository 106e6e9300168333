/** What the committed supergraph lets anybody ask: each root field with the subgraph that answers it and its guard. */

import { readFileSync } from 'node:fs';
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DirectiveNode,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { ENTITY_ACCESS, type Permission, type PermissionTable } from '../../subgraphs/subgraph.ts';
import {
  findSubgraph,
  type ReferenceField,
  type RootField,
  referenceFields,
  rootFields,
  SUBGRAPH_NAMES,
} from '../subgraphs/definitions.ts';

const SUPERGRAPH = new URL('../../schema/supergraph.graphql', import.meta.url);

export interface ComposedField extends RootField {
  readonly owner: string;
  readonly permission: Permission;
  /** Between gateway and subgraph alone: clients do not see it. */
  readonly isInner: boolean;
  readonly isNullable: boolean;
}

export interface SubgraphReference extends ReferenceField {
  /** What the type asks for, and the field in it. */
  readonly guards: readonly Permission[];
}

export interface SubgraphFields {
  readonly name: string;
  readonly roots: readonly RootField[];
  readonly references: readonly SubgraphReference[];
  readonly permissions: PermissionTable;
}

export function composedSchema(): GraphQLSchema {
  return buildASTSchema(parse(readFileSync(SUPERGRAPH, 'utf8')), { assumeValidSDL: true });
}

/** Every root field, by the supergraph; its guard, by the table of the subgraph that answers it. */
export async function composedFields(): Promise<readonly ComposedField[]> {
  const schema = composedSchema();
  const subgraphs = await subgraphFields();
  const tables = new Map(subgraphs.map(({ name, permissions }) => [name, permissions]));
  return rootFields(schema).map((field) => {
    const definition = schema.getRootType(field.root.toLowerCase() as never)?.getFields()[field.name];
    const directives = definition?.astNode?.directives ?? [];
    const owner = ownerIn(directives);
    const permission = tables.get(owner)?.[field.root]?.[field.name];
    if (permission === undefined) throw new Error(`${field.root}.${field.name} of ${owner} has no rule`);
    return {
      ...{ ...field, owner, permission },
      isInner: directives.some(({ name }) => name.value === 'inaccessible'),
      isNullable: definition?.astNode?.type.kind !== 'NonNullType',
    };
  });
}

/** What each subgraph's own port can be asked. */
export async function subgraphFields(): Promise<readonly SubgraphFields[]> {
  return Promise.all(
    SUBGRAPH_NAMES.map(async (name) => {
      const { schema, definition } = await findSubgraph(name);
      const { permissions } = definition;
      const references = referenceFields(schema).map((reference) => {
        const row = permissions[reference.type] ?? {};
        const guards = [row[ENTITY_ACCESS], row[reference.name]].filter((guard) => guard !== undefined);
        return { ...reference, guards };
      });
      return { name, roots: rootFields(schema), references, permissions };
    }),
  );
}

function ownerIn(directives: readonly (DirectiveNode | ConstDirectiveNode)[]): string {
  for (const { name, arguments: given = [] } of directives) {
    const graph = given.find((argument) => argument.name.value === 'graph')?.value;
    if (name.value === 'join__field' && graph?.kind === 'EnumValue') return graph.value.toLowerCase();
  }
  throw new Error('the supergraph does not say which subgraph answers a root field');
}
