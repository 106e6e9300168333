/** What a permission table says, and whether it says something about everything: apart from how it is enforced. */

import {
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  isUnionType,
  Kind,
} from 'graphql';
import { isAllowed, isScope, type Principal, type Scope } from '../model/principal.ts';
import { invariant, Problem } from '../platform/errors.ts';
import {
  type BoundTable,
  ENTITY_ACCESS,
  type OperatorPermission,
  type Permission,
  type PermissionTable,
} from './subgraph.ts';

/** Types of `schema/shared.graphql`, which every subgraph has. */
const SHARED_TYPES: PermissionTable = {
  PageInfo: { hasNextPage: 'PARENT', hasPreviousPage: 'PARENT', startCursor: 'PARENT', endCursor: 'PARENT' },
  Degradation: { arm: 'PARENT', kind: 'PARENT', reason: 'PARENT' },
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
  if (principal === undefined) return withoutToken();
  if (principal.isGateway || permission === 'GATEWAY') return refuseAcross(permission, principal);
  if (permission === 'ANONYMOUS') return null;
  if (principal.isAnonymous && permission !== 'PARENT') return withoutToken();
  if (permission === 'AUTHENTICATED' || permission === 'PARENT') return null;
  const scope = scopeIn(permission);
  if (scope !== permission && principal.isOperator !== true) return notForTenants();
  if (isAllowed(principal, scope)) return null;
  const held = principal.scopes.length === 0 ? 'no scope' : `"${principal.scopes.join(' ')}"`;
  return new Problem(
    'FORBIDDEN',
    `This needs the scope "${scope}", and the token has ${held}. Get a token with it.`,
  );
}

function scopeIn(permission: Scope | OperatorPermission): Scope {
  return isScope(permission) ? permission : (permission.slice(OPERATOR.length) as Scope);
}

function notForTenants(): Problem {
  const detail =
    'This changes the whole installation, so it is for those who run it. Ask with credentials of their tenant (TRELLIS_OPERATOR_TENANT).';
  return new Problem('FORBIDDEN', detail);
}

function withoutToken(): Problem {
  return new Problem('UNAUTHENTICATED', 'The request has no token. Send "Authorization: Bearer <token>".');
}

/** The gateway asks for itself what is meant for it, and nothing else; nobody else asks that. */
function refuseAcross(permission: Permission, { isGateway }: Principal): Problem | null {
  if (isGateway === true && (permission === 'GATEWAY' || permission === 'PARENT')) return null;
  return new Problem('FORBIDDEN', 'This is between the gateway and the subgraph: nobody else may ask it.');
}

/** What a principal that is bound to collections hears of a field that does not keep to them. */
export function refusalOfUnbounded({ collections }: Principal): Problem | null {
  if (collections === undefined) return null;
  const detail =
    'These credentials are bound to collections, and this would tell of others. Ask with credentials that are not.';
  return new Problem('FORBIDDEN', detail);
}

export function keepsToCollections(bounded: BoundTable, type: string, field: string): boolean {
  return (Object.hasOwn(bounded, type) && bounded[type]?.includes(field)) ?? false;
}

/**
 * The table with the rows of the shared types. Throws when it names what the schema does not have, or when a bounded
 * field leads to a type of which it says nothing.
 */
export function readBoundTable(schema: GraphQLSchema, bounded: BoundTable): BoundTable {
  const table = { ...SHARED_BOUND, ...bounded };
  for (const [typeName, fields] of Object.entries(bounded)) {
    const type = schema.getType(typeName);
    invariant(isObjectType(type), `the bound table names a type ${typeName} that the schema does not have`);
    for (const name of fields.filter((field) => field !== ENTITY_ACCESS)) {
      const field = type.getFields()[name];
      invariant(field, `the bound table names ${typeName}.${name}, which the schema does not have`);
      const target = getNamedType(field.type);
      const reached = isAbstractType(target) ? schema.getPossibleTypes(target) : [target];
      for (const one of reached.filter(isObjectType))
        invariant(one.name in table, `${typeName}.${name} leads to ${one.name}, which the bound table lacks`);
    }
  }
  return table;
}

const SHARED_BOUND: BoundTable = {
  PageInfo: ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'],
  Degradation: ['arm', 'kind', 'reason'],
};

/**
 * The table with the rows of the shared types. Throws when it names what the schema does not have, or when it
 * would leave a way in open: `PARENT` means "whoever reached the object", and a root has no way to it.
 */
export function readPermissionTable(schema: GraphQLSchema, permissions: PermissionTable): PermissionTable {
  for (const [typeName, row] of Object.entries(permissions)) {
    const type = schema.getType(typeName);
    invariant(isObjectType(type), `permissions name a type ${typeName} that the schema does not have`);
    invariant(!(typeName in SHARED_TYPES), `permissions name ${typeName}, whose rules all subgraphs share`);
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

const OPERATOR = 'operator:';
const NOT_SCOPES: readonly string[] = [
  'AUTHENTICATED',
  'PARENT',
  'GATEWAY',
  'ANONYMOUS',
] satisfies Permission[];

/** Looked at as well as typed: shield takes a mere function in a rule's place for a rule that is always true. */
function isPermission(value: unknown): value is Permission {
  return typeof value === 'string' && (NOT_SCOPES.includes(value) || isScope(value) || isOfOperators(value));
}

function isOfOperators(text: string): text is OperatorPermission {
  return text.startsWith(OPERATOR) && isScope(text.slice(OPERATOR.length));
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
