/** The keyword arm: chunks that share words with the query, by BM25. */

import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Arm, ArmFinding, ArmSearch } from './arm.ts';

/** Kept as insurance for queries that name nothing; above 0.5 it drowns the graph (measured). */
const WEIGHT = 0.3;

/** One search of the words however often it is asked for: the graph arm starts from the same hits. */
export function createKeywordArm(rooms: { readonly vectors: VectorStore }): Arm {
  const underWay = new WeakMap<ArmSearch, Promise<ArmFinding>>();
  return {
    name: 'KEYWORD',
    weight: WEIGHT,
    usesIndexes: true,
    find: (search) => {
      const finding = underWay.get(search) ?? findWords(rooms.vectors, search);
      underWay.set(search, finding);
      return finding;
    },
  };
}

async function findWords(vectors: VectorStore, search: ArmSearch): Promise<ArmFinding> {
  const { query, limit, boundary, signal } = search;
  const [hits = []] = await vectors.searchKeyword([{ text: query, limit }], boundary, signal);
  return { hits };
}
