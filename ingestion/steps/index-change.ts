/** New versions as a change of an index. */

import type { IndexedChunk } from '../../stores/vectors/indexed.ts';
import type { IndexChange } from '../../stores/vectors/vector-store.ts';
import type { NewVersion, VersionChange } from './version.ts';

/** Without vectors, an index notes that it misses them. */
export function toIndexChange(
  tenant: string,
  versions: readonly NewVersion[],
  added: VersionChange['added'],
  vectors: readonly (Float32Array | null)[] = [],
): IndexChange {
  const chunks = added.map(({ version, chunk }, at): IndexedChunk => {
    const { document } = version;
    return {
      chunkId: chunk.id,
      documentId: document.id,
      collectionId: document.collectionId,
      title: document.title,
      headings: chunk.headings,
      text: chunk.text,
      vector: vectors[at] ?? null,
    };
  });
  const documents = versions.map(({ document }) => ({
    documentId: document.id,
    collectionId: document.collectionId,
    mediaType: document.mediaType,
    metadata: document.metadata,
    updatedAt: document.updatedAt,
  }));
  return { tenant, chunks, documents };
}
