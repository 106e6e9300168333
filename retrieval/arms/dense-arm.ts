/** The dense arm: chunks whose vectors lie near the query's. */

import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { type Embedders, embedderMissing } from '../../text/embedders.ts';
import type { Arm } from './arm.ts';

/** Beside the graph's 0.7. A model that knows meaning was not measured here; this is a guess on the safe side. */
const SEMANTIC_WEIGHT = 0.4;
/** A lexical embedder sees spelling only: it helps with typing errors, and at this weight costs nothing measurable. */
const LEXICAL_WEIGHT = 0.1;

/** Asks the index by the embedder that filled it, and that index only: another may take its place meanwhile. */
export function createDenseArm(rooms: { readonly vectors: VectorStore; readonly embedders: Embedders }): Arm {
  const { vectors, embedders } = rooms;
  return {
    name: 'DENSE',
    weight: SEMANTIC_WEIGHT,
    usesIndexes: true,
    find: async ({ query, limit, boundary, signal }) => {
      const { name: index, embedder: maker } = await vectors.current();
      if (maker === null) return { hits: [] };
      const embedder = await embedders.of(maker);
      if (embedder === null) throw embedderMissing(maker, embedders.wanted());
      const [vector] = await embedder.embed([query], 'query', signal);
      if (vector === undefined) return { hits: [] };
      const [hits = []] = await vectors.searchDense([{ vector, limit }], boundary, signal, index);
      return { hits, weight: embedder.semantic ? SEMANTIC_WEIGHT : LEXICAL_WEIGHT };
    },
  };
}
