/**
 * Step: which chunks a model need not be asked about again. A chunk whose text is there already, and of which the rules
 * and the caller say what they said then, keeps what the graph has of it.
 */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { chunkDigests } from '../../stores/graph/statements/chunks.ts';
import type { Analysis } from '../analysis.ts';
import type { ChunkKnowledge } from './gathering.ts';
import type { ResolveInput } from './resolve.ts';

/** A chunk without what a model would say. */
export interface BaseKnowledge {
  readonly knowledge: ChunkKnowledge;
  /** Digest of the whole, where the graph has it as it would be again; null where a model is to be asked. */
  readonly stored: string | null;
}

/** For each document one a chunk, in order. */
export async function findReusable(
  { graph, analysis }: { readonly graph: GraphStore; readonly analysis: Analysis },
  documents: readonly (ResolveInput & { readonly documentId: string })[],
): Promise<readonly (readonly BaseKnowledge[])[]> {
  const [bases, stored] = await Promise.all([
    analysis.resolve(
      documents.map(({ tenant, chunks, extractions, knowledge }) => ({
        tenant,
        chunks,
        extractions,
        knowledge,
      })),
    ),
    graph.read(chunkDigests(documents.map(({ documentId }) => documentId))),
  ]);
  const byId = new Map(stored.map((chunk) => [chunk.chunkId, chunk]));
  return bases.map((ofDocument) =>
    ofDocument.map((knowledge) => {
      const before = byId.get(knowledge.chunkId);
      return { knowledge, stored: before?.base === knowledge.digest ? before.digest : null };
    }),
  );
}
