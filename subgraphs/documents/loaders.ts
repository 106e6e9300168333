/** What the documents subgraph loads, each in one store call for everything a request asks at the same depth. */

import DataLoader from 'dataloader';
import type { Ingestion } from '../../ingestion/ingestion.ts';
import { type Principal, reachesCollection } from '../../model/principal.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import { chunksByIds, chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { collectionsByIds, documentCounts } from '../../stores/graph/statements/collections.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { BATCH_MAX, many, one, withArguments } from '../batch-loaders.ts';
import type { SubgraphContext } from '../subgraph.ts';

export type DocumentsLoaders = ReturnType<typeof createDocumentsLoaders>;
export type Context = SubgraphContext<DocumentsLoaders>;

export interface DocumentsRooms {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly ingestion: Ingestion;
}

/** A part of a document's parsed text, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly length: number;
}

/** Bytes of a UTF-16 code unit, as texts are kept. */
const CODE_UNIT_BYTES = 2;

/** Loaders of one request. */
export function createDocumentsLoaders(
  { graph, content, ingestion }: DocumentsRooms,
  request: { readonly principal: Principal; readonly signal: AbortSignal },
) {
  const { principal } = request;
  const { tenant } = principal;
  const read = <Result>(statement: Statement<Result>) => graph.read(statement, { signal: request.signal });
  /** What lies outside of the principal's collections is not there. */
  const inside = async <Row extends { readonly collectionId: string }>(rows: Promise<readonly Row[]>) =>
    (await rows).filter(({ collectionId }) => reachesCollection(principal, collectionId));

  return {
    document: one(
      (ids) => inside(read(documentsByIds(tenant, ids))),
      ({ id }) => id,
    ),
    collection: one(
      (ids) =>
        read(
          collectionsByIds(
            tenant,
            ids.filter((id) => reachesCollection(principal, id)),
          ),
        ),
      ({ id }) => id,
    ),
    chunk: one(
      (ids) => inside(read(chunksByIds(tenant, ids))),
      ({ id }) => id,
    ),
    job: one(
      (ids) => inside(ingestion.jobs(tenant, ids, { signal: request.signal })),
      ({ id }) => id,
    ),
    documentCount: one(
      (ids) => read(documentCounts(tenant, ids)),
      ({ collectionId }) => collectionId,
    ),
    chunksOfDocument: withArguments((page: { readonly after: number; readonly limit: number }) =>
      many(
        (ids) => read(chunksOfDocuments(tenant, ids, page)),
        ({ documentId }) => documentId,
      ),
    ),
    text: withArguments(
      ({ start, length }: TextRange) =>
        new DataLoader<string, string | null>(
          (hashes) =>
            Promise.all(
              hashes.map(async (hash) => {
                const [from, to] = [start * CODE_UNIT_BYTES, (start + length) * CODE_UNIT_BYTES];
                const bytes = await content.getRange({ tenant, hash }, from, to);
                return bytes === null ? null : Buffer.from(bytes).toString('utf16le');
              }),
            ),
          { maxBatchSize: BATCH_MAX },
        ),
    ),
  };
}
