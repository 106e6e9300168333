/**
 * The documents of a staged part of a backup, in batches that are written together: bounded in what is written and in what
 * is held for it, so that fifty large files are not in memory at once.
 */

import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { idPages } from '../../stores/graph/id-pages.ts';
import { chunkDigests } from '../../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { BATCH_BYTES_MAX } from '../limits.ts';
import { contentsOf } from '../removals.ts';
import type { Staged, StagedDocument } from './staged-versions.ts';

/** Documents that are listed at once, and how many chunks of them are written together; a larger one goes alone. */
const DOCUMENTS_AT_ONCE = 50;
const CHUNKS_AT_ONCE = 1_000;

/** In the order of their ids, so that one id says how far it is. Beside a batch no more than one document is held. */
export async function* stagedBatches(
  staged: Pick<Staged, 'graph' | 'content'>,
  tenant: string,
  { after, signal }: { readonly after: string; readonly signal: AbortSignal },
): AsyncGenerator<readonly StagedDocument[]> {
  for await (const ids of idPages(staged.graph, 'Document', { after, limit: DOCUMENTS_AT_ONCE, signal })) {
    const chunksOf = await chunkCounts(staged.graph, ids);
    let batch: StagedDocument[] = [];
    let [chunks, bytes] = [0, 0];
    for (const document of await inOrder(staged.graph, tenant, ids)) {
      signal.throwIfAborted();
      const one = { document, contents: await contentsFor(staged.content, document) };
      const size = { chunks: chunksOf.get(document.id) ?? 0, bytes: bytesOf(one) };
      const isFull = chunks + size.chunks > CHUNKS_AT_ONCE || bytes + size.bytes > BATCH_BYTES_MAX;
      if (isFull && batch.length > 0) {
        yield batch;
        batch = [];
        [chunks, bytes] = [0, 0];
      }
      batch.push(one);
      chunks += size.chunks;
      bytes += size.bytes;
    }
    if (batch.length > 0) yield batch;
  }
}

async function chunkCounts(
  graph: GraphStore,
  documentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { documentId } of await graph.read(chunkDigests(documentIds)))
    counts.set(documentId, (counts.get(documentId) ?? 0) + 1);
  return counts;
}

async function inOrder(
  graph: GraphStore,
  tenant: string,
  ids: readonly string[],
): Promise<readonly DocumentNode[]> {
  const found = await graph.read(documentsByIds(tenant, ids));
  const byId = new Map(found.map((document) => [document.id, document]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Null where it had not been indexed, or the backup lacks some of it: its source had lost it. */
async function contentsFor(
  content: ContentStore,
  document: DocumentNode,
): Promise<StagedDocument['contents']> {
  const { tenant, versionHash, status } = document;
  if (versionHash === null || status !== 'READY') return null;
  const keys = contentsOf(document).map((hash) => ({ tenant, hash }));
  const found = await content.get(keys);
  const items = keys.flatMap((key, at) => {
    const bytes = found[at] ?? null;
    return bytes === null ? [] : [{ ...key, bytes }];
  });
  return items.length === keys.length ? items : null;
}

function bytesOf({ contents }: StagedDocument): number {
  return (contents ?? []).reduce((sum, { bytes }) => sum + bytes.length, 0);
}
