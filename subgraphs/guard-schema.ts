/**
 * Puts a permission table in front of a schema with graphql-shield. Deny by default: a field that the table does
 * not name is refused, and a name that the schema does not have stops the start.
 */

import { createRequire } from 'node:module';
import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { isAllowed, type Principal } from '../model/principal.ts';
import { invariant, Problem } from '../platform/errors.ts';
import { ENTITY_ACCESS, type Permission, type PermissionTable, type SubgraphContext } from './subgraph.ts';

// Shield's ES module imports `util.isUndefined`, which Node 23 removed; its CommonJS build reaches for it only in
// `chain` and `race`, which are not used here. Both packages must come from the same build.
const require = createRequire(import.meta.url);
const { allow, deny, rule, shield } = require('graphql-shield') as typeof import('graphql-shield');
const { applyMiddleware } = require('graphql-middleware') as typeof import('graphql-middleware');

/** Fields that federation adds to every subgraph. */
const FEDERATION_FIELDS = { Query: ['_entities', '_service'], _Service: ['sdl'] } as const;

export function guardSchema(schema: GraphQLSchema, permissions: PermissionTable): GraphQLSchema {
  const rows = objectTypes(schema).map((type) => [type.name, guardsOf(type, permissions)] as const);
  refuseUnknownNames(schema, permissions);
  const guarded = applyMiddleware(
    schema,
    shield(Object.fromEntries(rows), {
      fallbackRule: deny,
      fallbackError: new Problem('FORBIDDEN', 'Nobody may read this field: it has no rule.'),
      // Our own errors are told apart and masked in one place, `problem-errors.ts`.
      allowExternalErrors: true,
    }),
  );
  return withBareParentFields(guarded, schema, permissions);
}

/** Whether the principal may use a field of the table; a problem that says what is missing otherwise. */
export function refusalOf(permission: Permission | undefined, principal: Principal): Problem | null {
  if (permission === undefined)
    return new Problem('FORBIDDEN', 'Nobody may read this field: it has no rule.');
  if (permission === 'AUTHENTICATED' || permission === 'PARENT' || isAllowed(principal, permission))
    return null;
  return new Problem(
    'FORBIDDEN',
    `This needs the scope "${permission}", and the token has ${principal.scopes.length === 0 ? 'no scope' : `"${principal.scopes.join(' ')}"`}. Get a token with it.`,
  );
}

function objectTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );
}

/** A rule for every field of a type. */
function guardsOf(type: GraphQLObjectType, permissions: PermissionTable) {
  const names = Object.keys(type.getFields());
  return Object.fromEntries(names.map((field) => [field, guardOf(type.name, field, permissions)]));
}

function guardOf(type: string, field: string, permissions: PermissionTable) {
  if (type === 'Query' && field === '_entities') return entitiesRule(permissions);
  if (type === '_Service' || (type === 'Query' && field === '_service')) return allow;
  const permission = permissions[type]?.[field];
  if (permission === undefined) return deny;
  return permission === 'AUTHENTICATED' || permission === 'PARENT' ? allow : scopeRule(permission);
}

const scopeRules = new Map<string, ReturnType<ReturnType<typeof rule>>>();

/** One rule a scope: shield keeps its verdict for the request on the context, which is the subgraph's own. */
function scopeRule(permission: Permission) {
  const known = scopeRules.get(permission);
  if (known !== undefined) return known;
  const made = rule(`scope ${permission}`, { cache: 'contextual' })(
    (_parent, _args, context: SubgraphContext) => refusalOf(permission, context.principal) ?? true,
  );
  scopeRules.set(permission, made);
  return made;
}

/** The way in by reference: every type asked for must be allowed. */
function entitiesRule(permissions: PermissionTable) {
  return rule('entities', { cache: 'no_cache' })(
    (
      _parent,
      args: { readonly representations: readonly { readonly __typename?: string }[] },
      context: SubgraphContext,
    ) => {
      for (const { __typename = '' } of args.representations) {
        const refusal = refusalOf(permissions[__typename]?.[ENTITY_ACCESS], context.principal);
        if (refusal !== null) return refusal;
      }
      return true;
    },
  );
}

/**
 * A `PARENT` field's rule is always true, so its resolver stands bare: no promise for each plain value of each
 * object. Sound because every way to the object is guarded: fields that return it, and `_entities`.
 */
function withBareParentFields(
  guarded: GraphQLSchema,
  schema: GraphQLSchema,
  permissions: PermissionTable,
): GraphQLSchema {
  for (const type of objectTypes(guarded)) {
    const originals = schema.getType(type.name);
    invariant(isObjectType(originals), 'guarding a schema keeps its types');
    for (const [name, field] of Object.entries(type.getFields())) {
      const original = originals.getFields()[name];
      if (permissions[type.name]?.[name] !== 'PARENT' || original === undefined) continue;
      if (original.resolve === undefined) delete field.resolve;
      else field.resolve = original.resolve;
    }
  }
  return guarded;
}

function refuseUnknownNames(schema: GraphQLSchema, permissions: PermissionTable): void {
  for (const [typeName, row] of Object.entries(permissions)) {
    const type = schema.getType(typeName);
    invariant(isObjectType(type), `permissions name a type ${typeName} that the schema does not have`);
    for (const field of Object.keys(row)) {
      const known = field === ENTITY_ACCESS || field in type.getFields();
      invariant(known, `permissions name a field ${typeName}.${field} that the schema does not have`);
    }
  }
}

/** Fields without a permission, as `Type.field`; what a test expects to be empty. */
export function unguardedFields(schema: GraphQLSchema, permissions: PermissionTable): readonly string[] {
  return objectTypes(schema).flatMap((type) => {
    const added: readonly string[] = FEDERATION_FIELDS[type.name as keyof typeof FEDERATION_FIELDS] ?? [];
    const fields = Object.keys(type.getFields()).filter((field) => !added.includes(field));
    const open = fields.filter((field) => permissions[type.name]?.[field] === undefined);
    return open.map((field) => `${type.name}.${field}`);
  });
}
