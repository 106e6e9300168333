/**
 * What may be asked without a token: one of the few mutations by which somebody gets one, alone in its document. The
 * subgraph has the last word on it; here everything else is refused before it is looked at.
 */

import {
  type DocumentNode,
  type FieldNode,
  Kind,
  OperationTypeNode,
  parse,
  type TypeNode,
  type ValueNode,
} from 'graphql';
import type { Principal } from '../../model/principal.ts';

/** Each takes an input that is called like it. A test holds them against the permissions of all subgraphs. */
export const ANONYMOUS_FIELDS: readonly string[] = [
  'signIn',
  'refreshSession',
  'signOut',
  'bootstrapAdministrator',
];
/** More than any of them needs. */
const TOKENS_MAX = 200;
const CHARS_MAX = 20_000;

/** Who asks without a token. It belongs to no tenant; a token has to name one. */
export function anonymousAt(address: string): Principal {
  return { subject: 'anonymous', tenant: 'anonymous', scopes: [], isAnonymous: true, address };
}

/** Whether the body of a request is one of these mutations. Anything that it is not sure of is not. */
export function asksAnonymously(body: unknown): boolean {
  const { query } = (typeof body === 'object' && body !== null ? body : {}) as { readonly query?: unknown };
  if (typeof query !== 'string' || query.length > CHARS_MAX) return false;
  try {
    return isAnonymous(parse(query, { maxTokens: TOKENS_MAX, noLocation: true }));
  } catch {
    return false;
  }
}

/** One mutation of one field, without fragments, directives, or types that would tell of the rest of the schema. */
export function isAnonymous({ definitions: [operation, ...others] }: DocumentNode): boolean {
  if (others.length > 0 || operation?.kind !== Kind.OPERATION_DEFINITION) return false;
  if (operation.operation !== OperationTypeNode.MUTATION || (operation.directives?.length ?? 0) > 0)
    return false;
  const [field, ...more] = operation.selectionSet.selections;
  if (more.length > 0 || field?.kind !== Kind.FIELD) return false;
  if (!ANONYMOUS_FIELDS.includes(field.name.value)) return false;
  const types = ['String', inputOf(field.name.value)];
  const variables = operation.variableDefinitions ?? [];
  return variables.every(({ type }) => types.includes(nameOf(type))) && isPlain(field);
}

function isPlain(field: FieldNode): boolean {
  const selections = field.selectionSet?.selections ?? [];
  const { directives = [], arguments: given = [] } = field;
  return (
    directives.length === 0 &&
    given.every(({ value }) => isPlainValue(value)) &&
    selections.every((selection) => selection.kind === Kind.FIELD && isPlain(selection))
  );
}

function isPlainValue(value: ValueNode): boolean {
  if (value.kind === Kind.OBJECT) return value.fields.every((field) => isPlainValue(field.value));
  return value.kind === Kind.STRING || value.kind === Kind.VARIABLE;
}

function inputOf(field: string): string {
  return `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
