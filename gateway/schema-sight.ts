/**
 * Who may learn the schema: in development everybody, else whoever has the scope for it. To others the gateway neither
 * answers introspection nor suggests names that a mistaken operation might have meant.
 */

import { type DocumentNode, type GraphQLFormattedError, visit } from 'graphql';
import { isAllowed, type Principal } from '../model/principal.ts';
import { Problem } from '../platform/errors.ts';

export function seesSchema(principal: Principal | null, development: boolean): boolean {
  return development || (principal !== null && isAllowed(principal, 'schema:read'));
}

const known = new WeakMap<DocumentNode, boolean>();

/** Whether the document asks for the schema anywhere; `__typename` is no such question. */
export function introspects(document: DocumentNode): boolean {
  const found = known.get(document);
  if (found !== undefined) return found;
  let asks = false;
  visit(document, {
    Field: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') asks = true;
    },
  });
  known.set(document, asks);
  return asks;
}

/** Null where the caller may ask it. */
export function refuseIntrospection(document: DocumentNode, isSeen: boolean): Problem | null {
  if (isSeen || !introspects(document)) return null;
  const detail =
    'The schema is not told here: it takes the scope "schema:read", which an administrator gives to a role or an API key. In development everybody sees it.';
  return new Problem('FORBIDDEN', detail);
}

/** What graphql-js adds to its messages: names that are near to the wrong one. */
const SUGGESTION = / ?Did you mean [^?]*\?/g;

export function withoutSuggestions({ message, extensions, ...error }: GraphQLFormattedError) {
  return {
    ...error,
    message: bare(message),
    ...(extensions === undefined ? {} : { extensions: told(extensions) }),
  };
}

/** As {@link withoutSuggestions}, of a problem. */
export function problemWithoutSuggestions(problem: Problem): Problem {
  const { code, message, errors, retryAfterMs, violatedPolicies, cause } = problem;
  return new Problem(code, bare(message), {
    errors: errors.map((error) => ({ ...error, message: bare(error.message) })),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    violatedPolicies,
    cause,
  });
}

function told(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { detail, errors } = extensions;
  return {
    ...extensions,
    ...(typeof detail === 'string' ? { detail: bare(detail) } : {}),
    ...(Array.isArray(errors) ? { errors: errors.map(bareField) } : {}),
  };
}

function bareField(error: { readonly message?: unknown }): unknown {
  return typeof error.message === 'string' ? { ...error, message: bare(error.message) } : error;
}

function bare(text: string): string {
  return text.replaceAll(SUGGESTION, '');
}
