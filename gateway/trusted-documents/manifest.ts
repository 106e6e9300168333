/**
 * The list of trusted documents as a file has it: an Apollo manifest of persisted queries, or a map from id to text as
 * Relay's compiler writes it.
 */

import { GraphQLError, parse } from 'graphql';
import { z } from 'zod';
import { Problem } from '../../platform/errors.ts';
import { TOKENS_MAX } from '../limits/operation-limits.ts';

export interface Manifest {
  /** Text by id. */
  readonly byId: ReadonlyMap<string, string>;
  readonly texts: ReadonlySet<string>;
}

const APOLLO = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});
const MAP = z.record(z.string().min(1), z.string().min(1));

const EXPECTED =
  'It has to be {"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id","body"}]}, or {"<id>":"<text>"}.';

/** Throws BAD_INPUT, saying what is wrong, also for a document that nobody could run. */
export function readManifest(text: string): Manifest {
  const documents = documentsIn(parseJson(text));
  const byId = new Map<string, string>();
  for (const [id, body] of documents) {
    const known = byId.get(id);
    if (known !== undefined && known !== body)
      throw wrong(`has two documents of the id "${id.slice(0, 100)}".`);
    checkSyntax(id, body);
    byId.set(id, body);
  }
  return { byId, texts: new Set(byId.values()) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(`is not JSON. ${EXPECTED}`);
  }
}

function documentsIn(content: unknown): readonly (readonly [string, string])[] {
  const apollo = APOLLO.safeParse(content);
  if (apollo.success) return apollo.data.operations.map(({ id, body }) => [id, body] as const);
  const map = MAP.safeParse(content);
  if (map.success) return Object.entries(map.data);
  throw wrong(`is in no form that is known here. ${EXPECTED}`);
}

function checkSyntax(id: string, body: string): void {
  try {
    parse(body, { maxTokens: TOKENS_MAX, noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw wrong(`has a document "${id.slice(0, 100)}" that cannot be read: ${error.message}`);
  }
}

function wrong(reason: string): Problem {
  return new Problem('BAD_INPUT', `The list of trusted documents ${reason}`);
}
