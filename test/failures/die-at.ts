/** How a process kills itself at one moment of what it does, as `kill -9` would: its stores say which moment has come. */

import type { ContentStore } from '../../stores/content/content-store.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';

export interface Death {
  /** What comes before this does not count. */
  arm(): void;
  /** Nothing follows where it is armed and this is its moment. */
  at(moment: string): void;
  /** Its moment is `behind the contents`. */
  readonly wrapContent: (content: ContentStore) => ContentStore;
  /** Its moments: `behind a removal of documents`, `behind a removal of chunks`, which the graph knows of, and `ahead of the graph`. */
  readonly wrapVectors: (vectors: VectorStore) => VectorStore;
}

export function dieAt(chosen: string): Death {
  let isArmed = false;
  const at = (moment: string) => {
    if (isArmed && moment === chosen) process.kill(process.pid, 'SIGKILL');
  };
  return {
    arm: () => {
      isArmed = true;
    },
    at,
    wrapContent: (content) => ({
      ...content,
      put: async (items) => {
        await content.put(items);
        at('behind the contents');
      },
    }),
    wrapVectors: (vectors) => ({
      ...vectors,
      apply: async (changes) => {
        if (changes.some(({ removeDocumentIds = [] }) => removeDocumentIds.length > 0))
          at('behind a removal of documents');
        if (changes.some(({ removeChunkIds = [] }) => removeChunkIds.length > 0))
          at('behind a removal of chunks');
        const removal = await vectors.apply(changes);
        if (changes.some(({ chunks = [] }) => chunks.length > 0)) at('ahead of the graph');
        return removal;
      },
    }),
  };
}
