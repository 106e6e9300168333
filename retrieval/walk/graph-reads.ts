/** The graph arm's reads inside the boundary of one search: what lies outside is never walked through. */

import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import {
  type ChunkMentions,
  chunksMentioning,
  entitiesSpelled,
  type MentioningChunk,
  mentionsOfChunks,
  type NamedEntity,
} from '../../stores/graph/statements/expansion.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { ArmSearch } from '../arms/arm.ts';

/**
 * Chunks looked at of each entity where a filter leaves some out: as many as an entity that is walked through may
 * have, so that none which meets the filter hides behind those that do not.
 */
const FILTERED_CHUNKS_MAX = 200;
/** Entities that the spellings of one query may mean; a name as common as this tells nothing apart. */
const SPELLED_MAX = 500;

/** Each makes one store call, or none when there is nothing to ask for. */
export interface GraphReads {
  spelled(keys: readonly string[]): Promise<readonly NamedEntity[]>;
  /** Chunks inside the boundary that mention the entities, at most `limit` of each entity. */
  chunksMentioning(entityIds: readonly string[], limit: number): Promise<readonly MentioningChunk[]>;
  /** What the chunks mention and other chunks do, too; entities among `keep` in any case. */
  mentions(chunkIds: readonly string[], keep: readonly string[]): Promise<readonly ChunkMentions[]>;
}

export function createGraphReads(
  rooms: { readonly graph: GraphStore; readonly vectors: VectorStore },
  { boundary, signal }: ArmSearch,
): GraphReads {
  const { tenant, collectionIds = null, filter, closed } = boundary;
  /** Where numbers and spellings have to come from inside as well. */
  const within = closed === undefined ? null : (collectionIds ?? []);
  const read = async <Result>(ids: readonly string[], statement: Statement<Result>) =>
    ids.length === 0 ? [] : rooms.graph.read(statement, { signal });

  /** Metadata and time are known to the indexes, per document. */
  const inFilter = async (documentIds: readonly string[]): Promise<ReadonlySet<string>> => {
    const distinct = new Set(documentIds);
    return filter === undefined || distinct.size === 0
      ? distinct
      : rooms.vectors.matching([...distinct], boundary);
  };

  return {
    spelled: (keys) => read(keys, entitiesSpelled(tenant, keys, { limit: SPELLED_MAX, within })),
    chunksMentioning: async (entityIds, limit) => {
      const looked = filter === undefined ? limit : FILTERED_CHUNKS_MAX;
      const rows = await read(
        entityIds,
        chunksMentioning({ tenant, collectionIds, limit: looked }, entityIds),
      );
      const allowed = await inFilter(rows.map(({ documentId }) => documentId));
      const inside = rows.filter(({ documentId }) => allowed.has(documentId));
      const ofEach = Map.groupBy(inside, ({ entityId }) => entityId).values();
      return [...ofEach].flatMap((chunks) => chunks.slice(0, limit));
    },
    mentions: (chunkIds, keep) => read(chunkIds, mentionsOfChunks(tenant, chunkIds, { keep, within })),
  };
}
