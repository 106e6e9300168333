/** The dense arm: chunks whose vectors lie near the query's. */

import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Embedder } from '../../text/embedder.ts';
import type { Arm } from './arm.ts';

/** Beside the graph's 0.7. A model that knows meaning was not measured here; this is a guess on the safe side. */
const SEMANTIC_WEIGHT = 0.4;
/** A lexical embedder sees spelling only: it helps with typing errors, and at this weight costs nothing measurable. */
const LEXICAL_WEIGHT = 0.1;

export function createDenseArm(rooms: { readonly vectors: VectorStore; readonly embedder: Embedder }): Arm {
  const { vectors, embedder } = rooms;
  return {
    name: 'DENSE',
    weight: embedder.semantic ? SEMANTIC_WEIGHT : LEXICAL_WEIGHT,
    find: async ({ query, limit, boundary, signal }) => {
      const [vector] = await embedder.embed([query], 'query', signal);
      if (vector === undefined) return { hits: [] };
      const [hits = []] = await vectors.searchDense([{ vector, limit }], boundary, signal);
      return { hits };
    },
  };
}
