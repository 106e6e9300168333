/**
 * What one side of the index lacks of what the graph has, document by document, while others write to both sides. The
 * vectors are those of the other side; nothing is embedded.
 */

import type { Chunk } from '../../model/documents.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { readyDocuments } from '../../stores/graph/ready-documents.ts';
import { chunkDigests, chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { countLateRemovals } from '../../stores/graph/statements/removals.ts';
import type { IndexFault } from '../../stores/vectors/index-faults.ts';
import { toIndexedChunk, toIndexedDocument } from '../../stores/vectors/to-indexed.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Exclusive } from '../exclusive.ts';

const DOCUMENTS_AT_ONCE = 32;
/** Of each document. */
const CHUNKS_AT_ONCE = 100;

export interface CopyTools {
  readonly graph: GraphStore;
  readonly exclusive: Exclusive;
  readonly from: VectorStore;
  readonly to: VectorStore;
}

/** Gives how many chunks were put in; null where `goesOn`, asked before each page, said no. */
export async function copyIndex(
  tools: CopyTools,
  index: string,
  goesOn: () => Promise<boolean>,
): Promise<number | null> {
  let copied = 0;
  for await (const documents of readyDocuments(tools.graph, { after: '', limit: DOCUMENTS_AT_ONCE })) {
    if (!(await goesOn())) return null;
    for (const [tenant, ofTenant] of Map.groupBy(documents, (document) => document.tenant))
      copied += await copyDocuments(tools, index, tenant, ofTenant);
  }
  return copied;
}

async function copyDocuments(
  tools: CopyTools,
  index: string,
  tenant: string,
  documents: readonly DocumentNode[],
): Promise<number> {
  const ids = documents.map(({ id }) => id);
  const again = new Set<string>();
  let copied = 0;
  for (let after = -1; ; after += CHUNKS_AT_ONCE) {
    const chunks = await tools.graph.read(chunksOfDocuments(tenant, ids, { after, limit: CHUNKS_AT_ONCE }));
    const page = { tenant, index, documents, chunks };
    const expected = {
      documents: after < 0 ? documents.map(toIndexedDocument) : [],
      chunks: pairsOf(page).map(({ document, chunk }) => toIndexedChunk(document, chunk, null)),
    };
    const faults = await tools.to.examine(tenant, expected, index);
    if (faults.length > 0) {
      const put = await putFaulty(tools, page, faults);
      copied += put.chunks;
      for (const id of put.changed) again.add(id);
    }
    if (chunks.length === 0) break;
  }
  // What was changed meanwhile is on both sides as far as it changed; the rest of it is looked at as it is now.
  if (again.size === 0) return copied;
  const changed = await tools.graph.read(documentsByIds(tenant, [...again]));
  return copied + (changed.length === 0 ? 0 : await copyDocuments(tools, index, tenant, changed));
}

interface Page {
  readonly tenant: string;
  readonly index: string;
  readonly documents: readonly DocumentNode[];
  readonly chunks: readonly Chunk[];
}

function pairsOf({ documents, chunks }: Page) {
  const byId = new Map(documents.map((document) => [document.id, document]));
  return chunks.flatMap((chunk) => {
    const document = byId.get(chunk.documentId);
    return document === undefined ? [] : [{ document, chunk }];
  });
}

/** As the graph has it by then: what was deleted does not come back, and what was changed is told. */
async function putFaulty(tools: CopyTools, page: Page, faults: readonly IndexFault[]) {
  const { tenant, index, documents } = page;
  const faulty = new Set(faults.map(({ id }) => id));
  const concerned = new Set(faults.map(({ documentId }) => documentId));
  const wanted = pairsOf(page).filter(({ chunk }) => faulty.has(chunk.id));
  const vectors = await tools.from.vectors(
    wanted.map(({ chunk }) => chunk.id),
    tenant,
    index,
  );
  const drafts = wanted.map(({ document, chunk }, at) => toIndexedChunk(document, chunk, vectors[at]));
  return tools.exclusive(async ({ graph }) => {
    const ids = [...concerned];
    const [stored, present] = await Promise.all([
      graph.read(documentsByIds(tenant, ids)),
      graph.read(chunkDigests(ids)),
    ]);
    const versions = new Map(documents.map(({ id, versionHash }) => [id, versionHash]));
    const same = stored.filter(({ id, versionHash }) => versions.get(id) === versionHash);
    const sameIds = new Set(same.map(({ id }) => id));
    const kept = new Set(present.map(({ chunkId }) => chunkId));
    const chunks = drafts.filter(({ chunkId, documentId }) => sameIds.has(documentId) && kept.has(chunkId));
    // Whoever has put some of it ahead of the graph meanwhile puts it again.
    await graph.write([countLateRemovals()]);
    await tools.to.apply([{ tenant, documents: same.map(toIndexedDocument), chunks, anew: true }], index);
    return {
      chunks: chunks.length,
      changed: stored.filter(({ id }) => !sameIds.has(id)).map(({ id }) => id),
    };
  });
}
