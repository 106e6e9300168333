/** From the names of collections, as people write them, to the boundary of a search. */

import type { Boundary } from '../model/filter.ts';
import { collectionId } from '../model/ids.ts';
import { Problem } from '../platform/errors.ts';
import type { CallOptions, GraphStore } from '../stores/graph/graph-store.ts';
import { collectionNames, collectionsExisting } from '../stores/graph/statements/search-scope.ts';
import { nearestTexts } from './nearest-texts.ts';
import type { SearchScope } from './search-request.ts';

/** Names that are compared with one that does not exist. */
const NAMES_COMPARED_MAX = 500;
const SUGGESTIONS_MAX = 3;

/** Costs one read when collections are named, none otherwise. Rejects with NOT_FOUND and names like the one asked. */
export async function boundaryOf(
  graph: GraphStore,
  { tenant, collections, filter, within }: SearchScope,
  options: CallOptions,
): Promise<Boundary> {
  const filtered = filter === undefined ? {} : { filter };
  const bound = within === undefined ? {} : { collectionIds: within, closed: true as const };
  if (collections === undefined) return { tenant, ...bound, ...filtered };
  const ids = collections.map((name) => collectionId(tenant, name));
  const existing = new Set(await graph.read(collectionsExisting(tenant, ids), options));
  const missing = ids.findIndex((id) => !existing.has(id) || within?.includes(id) === false);
  if (missing >= 0) throw await unknownCollection(graph, { tenant, collections, missing, within }, options);
  return { tenant, ...bound, collectionIds: ids, ...filtered };
}

async function unknownCollection(
  graph: GraphStore,
  asked: {
    readonly tenant: string;
    readonly collections: readonly string[];
    readonly missing: number;
    readonly within: readonly string[] | undefined;
  },
  options: CallOptions,
): Promise<Problem> {
  const name = asked.collections[asked.missing] ?? '';
  const names = await graph.read(
    collectionNames(asked.tenant, NAMES_COMPARED_MAX, asked.within ?? null),
    options,
  );
  const near = nearestTexts(name, names, SUGGESTIONS_MAX).map((text) => `"${text}"`);
  const hint =
    near.length === 0
      ? 'There is no collection yet; ingest a document into one.'
      : `Did you mean ${near.join(', ')}?`;
  const message = `there is no collection "${name.slice(0, 100)}". ${hint}`;
  return new Problem('NOT_FOUND', `collections: ${message}`, {
    errors: [{ field: `collections.${asked.missing}`, message }],
  });
}
