/**
 * Puts a permission table in front of a schema with graphql-shield. Deny by default: a field that the table does
 * not name is refused, and a name that the schema does not have stops the start.
 */

import { createRequire } from 'node:module';
import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import { badInput, invariant, Problem } from '../platform/errors.ts';
import {
  keepsToCollections,
  objectTypes,
  readBoundTable,
  readPermissionTable,
  refusalOf,
  refusalOfUnbounded,
} from './permission-table.ts';
import {
  type BoundTable,
  ENTITY_ACCESS,
  type Permission,
  type PermissionTable,
  type SubgraphContext,
} from './subgraph.ts';

// Shield's ES module imports `util.isUndefined`, which Node 23 removed; its CommonJS build reaches for it only in
// `chain` and `race`, which are not used here. Both packages must come from the same build.
const require = createRequire(import.meta.url);
const { allow, deny, rule, shield } = require('graphql-shield') as typeof import('graphql-shield');
const { applyMiddleware } = require('graphql-middleware') as typeof import('graphql-middleware');

/** References that one `_entities` call may ask for: a hundred objects of a hundred each. */
const REPRESENTATIONS_MAX = 10_000;

/** What guards a schema: who may ask for a field, and which fields keep to a principal's collections. */
interface Tables {
  readonly permissions: PermissionTable;
  readonly bounded: BoundTable;
}

/** The schema with its rules. Throws when the tables do not fit it. */
export function guardSchema(
  schema: GraphQLSchema,
  permissions: PermissionTable,
  bounded: BoundTable = {},
): GraphQLSchema {
  const table: Tables = {
    permissions: readPermissionTable(schema, permissions),
    bounded: readBoundTable(schema, bounded),
  };
  const ruleOf = createRules();
  const rules = objectTypes(schema).map((type) => {
    const fields = Object.keys(type.getFields());
    const ofFields = fields.map((field) => [field, guardOf(type.name, field, table, ruleOf)] as const);
    return [type.name, Object.fromEntries(ofFields)] as const;
  });
  const options = {
    fallbackRule: deny,
    fallbackError: new Problem('FORBIDDEN', 'Nobody may read this field: it has no rule.'),
    // Lets errors of rules and resolvers through as they were thrown: `problem-errors.ts` maps them, once. Without
    // it, shield answers each with its own error, or gives a thrown text back as the field's value.
    debug: true,
  };
  const guarded = applyMiddleware(schema, shield(Object.fromEntries(rules), options));
  for (const type of objectTypes(guarded)) bareParentFields(type, objectType(schema, type.name), table);
  const subscriptions = guarded.getSubscriptionType();
  if (subscriptions) guardSources(subscriptions, objectType(schema, subscriptions.name), table);
  return guarded;
}

function guardOf(type: string, field: string, tables: Tables, ruleOf: Rules) {
  if (type === 'Query' && field === '_entities') return entitiesRule(tables);
  if (type === '_Service' || (type === 'Query' && field === '_service')) return ruleOf('AUTHENTICATED', true);
  const permission = tables.permissions[type]?.[field];
  if (permission === undefined) return deny;
  return isBare(type, field, tables)
    ? allow
    : ruleOf(permission, keepsToCollections(tables.bounded, type, field));
}

/**
 * A `PARENT` field that nobody who reached its object may be refused: one that keeps to collections, or one of a type
 * that no bound principal reaches, which the bound table would name otherwise.
 */
function isBare(type: string, field: string, { permissions, bounded }: Tables): boolean {
  if (permissions[type]?.[field] !== 'PARENT') return false;
  return !Object.hasOwn(bounded, type) || keepsToCollections(bounded, type, field);
}

type Rules = (permission: Permission, isBounded: boolean) => ReturnType<ReturnType<typeof rule>>;

/** One rule a verdict: shield keeps it on the context, which is one call's and one subgraph's own. */
function createRules(): Rules {
  const rules = new Map<string, ReturnType<Rules>>();
  return (permission, isBounded) => {
    const name = `permission ${permission}${isBounded ? '' : ', for all collections'}`;
    const known = rules.get(name);
    if (known !== undefined) return known;
    const made = rule(name, { cache: 'contextual' })(
      (_parent, _args, { principal }: SubgraphContext) => verdict(permission, isBounded, principal) ?? true,
    );
    rules.set(name, made);
    return made;
  };
}

function verdict(
  permission: Permission | undefined,
  isBounded: boolean,
  principal: SubgraphContext['principal'] | undefined,
): Problem | null {
  const refusal = refusalOf(permission, principal);
  if (refusal !== null || isBounded || principal === undefined) return refusal;
  return refusalOfUnbounded(principal);
}

/** Every key of the house is an `id`; what is none would reach stores that take texts alone. */
function hasId(representation: unknown): boolean {
  const { id } = (representation ?? {}) as { readonly id?: unknown };
  return typeof id === 'string';
}

function withoutId(): Problem {
  return badInput('representations', 'lack an "id" that is a text.');
}

/** The way in by reference: every type asked for must be allowed. */
function entitiesRule({ permissions, bounded }: Tables) {
  return rule('entities', { cache: 'no_cache' })(
    (
      _parent,
      { representations }: { readonly representations: readonly { readonly __typename?: string }[] },
      { principal }: SubgraphContext,
    ) => {
      if (representations.length > REPRESENTATIONS_MAX) return tooManyReferences(representations.length);
      const types = new Set(representations.map(({ __typename = '' }) => __typename));
      for (const type of types) {
        const permission = Object.hasOwn(permissions, type) ? permissions[type]?.[ENTITY_ACCESS] : undefined;
        const refusal = verdict(permission, keepsToCollections(bounded, type, ENTITY_ACCESS), principal);
        if (refusal !== null) return refusal;
      }
      return representations.every(hasId) || withoutId();
    },
  );
}

function tooManyReferences(found: number): Problem {
  return new Problem(
    'QUERY_TOO_COMPLEX',
    `The operation reaches ${found} objects of one kind, more than the ${REPRESENTATIONS_MAX} allowed. Ask for smaller pages.`,
  );
}

/**
 * A `PARENT` field's rule is always true, so its resolver stands bare: no promise for each plain value of each
 * object. Sound because every way to the object is guarded: the roots' fields and `_entities`, which are never
 * `PARENT`.
 */
function bareParentFields(guarded: GraphQLObjectType, original: GraphQLObjectType, tables: Tables): void {
  for (const field of Object.values(guarded.getFields())) {
    if (!isBare(guarded.name, field.name, tables)) continue;
    const { resolve } = fieldOf(original, field.name);
    if (resolve === undefined) delete field.resolve;
    else field.resolve = resolve;
  }
}

/** Shield guards either a field's source or its events, whichever it finds; the source must not even start. */
function guardSources(guarded: GraphQLObjectType, original: GraphQLObjectType, tables: Tables): void {
  for (const field of Object.values(guarded.getFields())) {
    const { subscribe } = fieldOf(original, field.name);
    invariant(subscribe, `${guarded.name}.${field.name} has no source to subscribe to`);
    field.subscribe = (parent, args, context: SubgraphContext, info) => {
      const permission = tables.permissions[guarded.name]?.[field.name];
      const isBounded = keepsToCollections(tables.bounded, guarded.name, field.name);
      const refusal = verdict(permission, isBounded, context.principal);
      if (refusal !== null) throw refusal;
      return subscribe(parent, args, context, info);
    };
  }
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  invariant(isObjectType(type), 'guarding a schema keeps its types');
  return type;
}

function fieldOf(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
  const field = type.getFields()[name];
  invariant(field, 'guarding a schema keeps its fields');
  return field;
}
