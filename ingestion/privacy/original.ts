/** What a document was made of, as its caller sent it: its raw bytes and all that was said of them. */

import type { Knowledge } from '../../model/knowledge.ts';
import { Problem } from '../../platform/errors.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { type DocumentNode, knowledgeGiven } from '../../stores/graph/statements/documents.ts';
import { sealingKeys } from '../../stores/graph/statements/privacy.ts';
import { titleGiven } from '../version-hash.ts';
import { openDocument, type Said } from './envelope.ts';
import type { PrivacyTools } from './policy-in-force.ts';
import { keySealedWith } from './tenant-key.ts';

export interface OriginalTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly privacy: Pick<PrivacyTools, 'tenantKeys' | 'defaults'>;
}

export interface Original {
  readonly said: Said;
  readonly bytes: Uint8Array;
  /** What its text was made under, as it was kept; null where it is not sealed. */
  readonly sealedUnder: string | null;
}

/** Rejects with CONFLICT where it is not there any more, or cannot be told. */
export async function originalOf(
  { graph, content, privacy }: OriginalTools,
  document: DocumentNode,
): Promise<Original> {
  const { id, tenant, contentHash: hash, key, metadata } = document;
  const [[sealing], [bytes], [given]] = await Promise.all([
    graph.read(sealingKeys([id])),
    content.get([{ tenant, hash }]),
    graph.read(knowledgeGiven([id])),
  ]);
  if (bytes === undefined || bytes === null) throw lost(document);
  if (sealing !== undefined) {
    const key = await keySealedWith(privacy.tenantKeys, tenant, sealing.sealedWith);
    return { ...(await openDocument(key, bytes)), sealedUnder: sealing.sealedUnder };
  }
  const knowledge = given === undefined ? null : (JSON.parse(given.knowledge) as Knowledge);
  const title = titleGiven(document, knowledge);
  if (title === undefined) throw unknownOrigin(document);
  return { said: { key, title, metadata, knowledge }, bytes, sealedUnder: null };
}

function lost({ id, contentHash: hash }: DocumentNode): Problem {
  return new Problem(
    'CONFLICT',
    `The content ${hash} of the document ${id} is missing from the content store. Restore the store, or send the document again.`,
  );
}

function unknownOrigin({ id }: DocumentNode): Problem {
  return new Problem(
    'CONFLICT',
    `What the document ${id} came with was not kept by the version of Trellis that indexed it. Send it again.`,
  );
}
