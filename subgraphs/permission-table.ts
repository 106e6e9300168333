/** What a permission table says, and whether it says something about everything: apart from how it is enforced. */

import {
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  isUnionType,
  Kind,
} from 'graphql';
import { isAllowed, isScope, type Principal } from '../model/principal.ts';
import { invariant, Problem } from '../platform/errors.ts';
import { ENTITY_ACCESS, type Permission, type PermissionTable } from './subgraph.ts';

/** Types of `schema/shared.graphql`, which every subgraph has. */
const SHARED_TYPES: PermissionTable = {
  PageInfo: { hasNextPage: 'PARENT', hasPreviousPage: 'PARENT', startCursor: 'PARENT', endCursor: 'PARENT' },
};

/** Fields that federation adds to every subgraph; `guard-schema.ts` has rules of its own for them. */
const FEDERATION_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Query: ['_entities', '_service'],
  _Service: ['sdl'],
};

/** Whether the principal may use a field; a problem that says what is missing otherwise. */
export function refusalOf(
  permission: Permission | undefined,
  principal: Principal | undefined,
): Problem | null {
  if (permission === undefined)
    return new Problem('FORBIDDEN', 'Nobody may read this field: it has no rule.');
  if (principal === undefined)
    return new Problem('UNAUTHENTICATED', 'The request has no token. Send "Authorization: Bearer <token>".');
  if (permission === 'AUTHENTICATED' || permission === 'PARENT' || isAllowed(principal, permission))
    return null;
  const held = principal.scopes.length === 0 ? 'no scope' : `"${principal.scopes.join(' ')}"`;
  return new Problem(
    'FORBIDDEN',
    `This needs the scope "${permission}", and the token has ${held}. Get a token with it.`,
  );
}

/**
 * The table with the rows of the shared types. Throws when it names what the schema does not have, or when it
 * would leave a way in open: `PARENT` means "whoever reached the object", and a root has no way to it.
 */
export function readPermissionTable(schema: GraphQLSchema, permissions: PermissionTable): PermissionTable {
  for (const [typeName, row] of Object.entries(permissions)) {
    const type = schema.getType(typeName);
    invariant(isObjectType(type), `permissions name a type ${typeName} that the schema does not have`);
    for (const [field, permission] of Object.entries(row)) {
      const name = `${typeName}.${field}`;
      const known = field === ENTITY_ACCESS ? isReference(schema, type) : field in type.getFields();
      invariant(known, `permissions name ${name}, which the schema does not have`);
      invariant(isPermission(permission), `permissions give ${name} something that is no permission`);
      const isWayIn = field === ENTITY_ACCESS || isRoot(schema, type);
      invariant(
        !isWayIn || permission !== 'PARENT',
        `permissions leave ${name} open: a way in has no parent`,
      );
    }
  }
  return { ...SHARED_TYPES, ...permissions };
}

/** Looked at as well as typed: shield takes a mere function in a rule's place for a rule that is always true. */
function isPermission(value: unknown): value is Permission {
  return typeof value === 'string' && (value === 'AUTHENTICATED' || value === 'PARENT' || isScope(value));
}

/** Fields and references that the table says nothing about, as `Type.field`. They are denied. */
export function unguardedFields(schema: GraphQLSchema, permissions: PermissionTable): readonly string[] {
  const table = { ...SHARED_TYPES, ...permissions };
  return objectTypes(schema).flatMap((type) => {
    const added = FEDERATION_FIELDS[type.name] ?? [];
    const fields = Object.keys(type.getFields()).filter((field) => !added.includes(field));
    const waysIn = isReference(schema, type) ? [ENTITY_ACCESS] : [];
    const open = [...fields, ...waysIn].filter((field) => table[type.name]?.[field] === undefined);
    return open.map((field) => `${type.name}.${field}`);
  });
}

/** Every object type but those of introspection. An interface needs no row: its fields are never resolved. */
export function objectTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );
}

function isRoot(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);
}

/** Whether `_entities` can give objects of the type: not where every key is only the name of another's object. */
function isReference(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  const references = schema.getType('_Entity');
  if (!isUnionType(references) || !references.getTypes().includes(type)) return false;
  const nodes = [type.astNode, ...type.extensionASTNodes];
  const keys = nodes.flatMap((node) => node?.directives?.filter(({ name }) => name.value === 'key') ?? []);
  return !keys.every(isUnresolvable);
}

function isUnresolvable({ arguments: given = [] }: ConstDirectiveNode): boolean {
  return given.some(
    ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
  );
}
