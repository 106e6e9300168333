/** A document as it will lie in the archive: what will be sealed, and what the graph will say of it. */

import { randomUUID } from 'node:crypto';
import type { ArchivedDocument } from '../../model/archive.ts';
import type { Collection } from '../../model/documents.ts';
import type { Knowledge } from '../../model/knowledge.ts';
import { Problem } from '../../platform/errors.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { chunkDigests } from '../../stores/graph/statements/chunks.ts';
import { collectionsByIds } from '../../stores/graph/statements/collections.ts';
import {
  type DocumentNode,
  type GivenKnowledge,
  knowledgeGiven,
} from '../../stores/graph/statements/documents.ts';
import { sealingKeys } from '../../stores/graph/statements/privacy.ts';
import { entitiesMentionedBy, namesOf } from '../../stores/graph/statements/support.ts';
import type { Said } from '../privacy/envelope.ts';
import { titleGiven } from '../version-hash.ts';
import type { ArchivedVersion } from './archive-store.ts';

export interface Draft {
  readonly document: DocumentNode;
  readonly archive: ArchivedDocument;
  readonly version: ArchivedVersion;
}

interface DraftTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly now: () => Date;
}

/** A problem where it cannot be archived. */
export async function draftOf(
  { graph, content, now }: DraftTools,
  document: DocumentNode,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Draft | Problem> {
  const { id, tenant, collectionId, key, title, mediaType, metadata, contentHash, createdAt, updatedAt } =
    document;
  const [[collection], [bytes], [given], [sealing]] = await Promise.all([
    graph.read(collectionsByIds(tenant, [collectionId])),
    content.get([{ tenant, hash: contentHash }]),
    graph.read(knowledgeGiven([id])),
    graph.read(sealingKeys([id])),
  ]);
  if (bytes === undefined || bytes === null || collection === undefined) return contentLost(document);
  const said = sealing === undefined ? saidOf(document, given) : NOTHING_SAID;
  if (said === undefined) return notKept(document);
  const archivedAt = now().toISOString();
  return {
    document,
    version: {
      ...{ tenant, documentId: id, collection: collection.name, mediaType, contentHash, createdAt, bytes },
      ...said,
      ...(sealing === undefined
        ? {}
        : { sealed: { keyId: sealing.sealedWith, versionHash: document.versionHash ?? '' } }),
    },
    archive: {
      ...{ id: archiveId(archivedAt), tenant, state: 'WRITING', documentId: id, collectionId },
      ...{
        collection: nameOf(collection),
        key,
        title,
        mediaType,
        metadata,
        contentHash,
        bytes: bytes.length,
      },
      ...{ createdAt, updatedAt, archivedAt, archivedBy: by, reason, jobId: null, broughtBackAt: null },
      speaksOf: await idsSpokenOf(graph, id),
    },
  };
}

/** Of what is sealed: all that its caller said is in the bytes. */
const NOTHING_SAID: Said = { key: null, title: null, metadata: {}, knowledge: null };

/** Undefined where it cannot be told. */
function saidOf(document: DocumentNode, given: GivenKnowledge | undefined): Said | undefined {
  const knowledge = given === undefined ? null : (JSON.parse(given.knowledge) as Knowledge);
  const title = titleGiven(document, knowledge);
  return title === undefined
    ? undefined
    : { key: document.key, title, metadata: document.metadata, knowledge };
}

function nameOf({ name }: Collection): string {
  return name;
}

/** In the order of time, and good as part of an object's name. */
function archiveId(at: string): string {
  return `arc_${at.replaceAll(/[^0-9TZ]/g, '')}_${randomUUID().replaceAll('-', '')}`;
}

async function idsSpokenOf(graph: GraphStore, documentId: string): Promise<readonly string[]> {
  const chunks = await graph.read(chunkDigests([documentId]));
  const entities = await graph.read(entitiesMentionedBy(chunks.map(({ chunkId }) => chunkId)));
  return [...entities, ...(await graph.read(namesOf(entities)))];
}

function contentLost({ id, contentHash }: DocumentNode): Problem {
  return new Problem(
    'CONFLICT',
    `The document ${id} cannot be archived: its content ${contentHash} is missing. Ingest it again first.`,
  );
}

function notKept({ id }: DocumentNode): Problem {
  return new Problem(
    'CONFLICT',
    `The document ${id} came with knowledge before Trellis kept that, so it could not be brought back as it is. Ingest it again with its knowledge first.`,
  );
}
