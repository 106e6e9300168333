/** Translates between the documents contract and the rooms below. */

import type { DocumentInput as IngestedDocument } from '../../ingestion/document-input.ts';
import { requireCollection } from '../../ingestion/require-collection.ts';
import { collectionId } from '../../model/ids.ts';
import { toPage } from '../../model/page.ts';
import { badInput, Problem } from '../../platform/errors.ts';
import { collectionsListed } from '../../stores/graph/statements/collections.ts';
import { documentsListed } from '../../stores/graph/statements/documents.ts';
import { connectionOf, readAfter, readAfterIndex, readFirst } from '../connection.ts';
import type { DocumentsRooms } from './loaders.ts';
import type { DocumentInput, Resolvers } from './resolver-types.generated.ts';

/** The most of a text that one field gives, in UTF-16 code units. */
const TEXT_LENGTH_MAX = 100_000;

export function createDocumentsResolvers({ graph, ingestion }: DocumentsRooms): Resolvers {
  return {
    Query: {
      document: (_, { id }, { loaders }) => loaders.document.load(id),
      documents: async (_, { collection, filter, first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const [afterId = ''] = readAfter(after, 1) ?? [];
        const listing = documentsListed({
          tenant: principal.tenant,
          collectionId: collection ?? null,
          within: principal.collections ?? null,
          status: filter?.status ?? null,
          mediaTypes: filter?.mediaTypes ?? null,
          updatedAfter: filter?.updatedAfter ?? '',
          updatedBefore: filter?.updatedBefore ?? null,
          after: afterId,
          limit: limit + 1,
        });
        return connectionOf(
          toPage(await graph.read(listing, { signal }), limit, ({ id }) => [id]),
          after,
        );
      },
      collection: (_, { id, name }, { loaders, principal }) => {
        if (id && name) throw badInput('name', 'is given beside "id". Give one of the two.');
        if (!id && !name) throw badInput('id', 'is missing. Give "id" or "name".');
        return loaders.collection.load(id ?? collectionId(principal.tenant, (name ?? '').trim()));
      },
      collections: async (_, { first, after }, { principal, signal }) => {
        const limit = readFirst(first);
        const [afterName = ''] = readAfter(after, 1) ?? [];
        const listing = collectionsListed(
          principal.tenant,
          afterName,
          limit + 1,
          principal.collections ?? null,
        );
        return connectionOf(
          toPage(await graph.read(listing, { signal }), limit, ({ name }) => [name]),
          after,
        );
      },
      ingestionJob: (_, { id }, { loaders }) => loaders.job.load(id),
    },
    Mutation: {
      createCollection: async (_, { input }, { principal }) => ({
        collection: await ingestion.createCollection(principal.tenant, input.name, input.description ?? null),
      }),
      planIngestion: async (_, { input }, { principal }) => {
        requireCollection(principal, input.collection);
        return ingestion.plan(principal.tenant, input.collection, input.documents.map(toIngested));
      },
      ingestDocuments: async (_, { input }, { principal, loaders }) => {
        requireCollection(principal, input.collection);
        const result = await ingestion.submit(
          principal.tenant,
          input.collection,
          input.documents.map(toIngested),
        );
        return { ...result, job: result.jobId === null ? null : await loaders.job.load(result.jobId) };
      },
      cancelIngestion: async (_, { input }, { principal, loaders }) => {
        if (principal.collections !== undefined) requireJob(await loaders.job.load(input.job), input.job);
        return { job: await ingestion.cancel(principal.tenant, input.job) };
      },
      deleteDocuments: (_, { input }, { principal }) =>
        ingestion.delete(principal.tenant, {
          ids: input.ids ?? [],
          keys: input.keys ?? [],
          collectionId: input.collection ?? null,
          ...(principal.collections === undefined ? {} : { within: principal.collections }),
        }),
    },
    Subscription: {
      ingestionJob: {
        subscribe: async function* (_, { id }, { principal, signal, loaders }) {
          if (principal.collections !== undefined) requireJob(await loaders.job.load(id), id);
          for await (const job of ingestion.watch(principal.tenant, id, signal)) yield { ingestionJob: job };
        },
      },
    },
    Collection: {
      __resolveReference: ({ id }, { loaders }) => loaders.collection.load(id),
      documentCount: async ({ id }, _, { loaders }) => (await loaders.documentCount.load(id))?.count ?? 0,
    },
    Document: {
      __resolveReference: ({ id }, { loaders }) => loaders.document.load(id),
      collection: (document, _, { loaders }) => orGone(loaders.collection.load(document.collectionId)),
      text: ({ textHash }, { start, length }, { loaders }) =>
        textHash === null ? null : loaders.text(readRange(start, length)).load(textHash),
      chunks: async ({ id }, { first, after }, { loaders }) => {
        const limit = readFirst(first);
        const chunks = await loaders
          .chunksOfDocument({ after: readAfterIndex(after), limit: limit + 1 })
          .load(id);
        return connectionOf(
          toPage(chunks, limit, ({ index }) => [String(index)]),
          after,
        );
      },
    },
    Chunk: {
      __resolveReference: ({ id }, { loaders }) => loaders.chunk.load(id),
      document: ({ documentId }, _, { loaders }) => orGone(loaders.document.load(documentId)),
    },
    IngestionJob: {
      __resolveReference: ({ id }, { loaders }) => loaders.job.load(id),
      collection: (job, _, { loaders }) => orGone(loaders.collection.load(job.collectionId)),
    },
  };
}

function readRange(start: number | null | undefined, length: number | null | undefined) {
  if (start === null || start === undefined || start < 0)
    throw badInput('start', `is ${start} and must be 0 or more.`);
  if (!length || length < 1 || length > TEXT_LENGTH_MAX) {
    throw badInput('length', `is ${length} and must be from 1 to ${TEXT_LENGTH_MAX}. Read on with "start".`);
  }
  return { start, length };
}

function toIngested({ knowledge, ...input }: DocumentInput): IngestedDocument {
  if (!knowledge) return { ...input, knowledge: null };
  const entities = (knowledge.entities ?? []).map(({ name, type, aliases, description }) => ({
    name,
    ...(type ? { type } : {}),
    ...(aliases ? { aliases } : {}),
    ...(description ? { description } : {}),
  }));
  return { ...input, knowledge: { entities, triples: knowledge.triples ?? [] } };
}

function requireJob(job: unknown, id: string): void {
  if (job !== null) return;
  const detail = `There is no ingestion job ${id.slice(0, 100)}. Jobs are named by what ingestDocuments returned.`;
  throw new Problem('NOT_FOUND', detail);
}

/** What a row refers to is there, unless it was deleted between two reads. */
async function orGone<Row>(loaded: Promise<Row | null>): Promise<Row> {
  const row = await loaded;
  if (row === null) throw new Problem('NOT_FOUND', 'It was removed while the request ran. Ask again.');
  return row;
}
