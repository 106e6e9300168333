/** A document that is there, as its privacy policy would have it: made of what its caller sent, for nothing else has all of it. */

import { contentHash, documentId } from '../../model/ids.ts';
import type { DocumentNode } from '../../stores/graph/statements/documents.ts';
import { readMediaType } from '../../text/parser.ts';
import type { CheckedDocument } from '../document-input.ts';
import type { Sealing } from './no-weaker.ts';
import { type OriginalTools, originalOf } from './original.ts';
import type { Shield } from './policy-in-force.ts';
import { identityUnder } from './seal-submission.ts';

export interface WantedVersion {
  readonly version: CheckedDocument;
  /** Of the version that is there. */
  readonly sealing: Sealing;
}

/**
 * The same document as the policy would have it. One that its content names gets another name: that of now is a hash of
 * its text, or was one.
 */
export async function wantedVersion(
  tools: OriginalTools,
  shield: Shield | null,
  document: DocumentNode,
): Promise<WantedVersion> {
  const { said, bytes, sealedUnder } = await originalOf(tools, document);
  const mediaType = readMediaType(document.mediaType);
  const described = { ...said, mediaType, contentHash: contentHash(bytes) };
  const { content, version } = identityUnder(shield)(described);
  const id = said.key === null ? documentId(document.collectionId, { contentHash: content }) : document.id;
  return {
    version: { ...described, documentId: id, bytes, versionHash: version },
    sealing: { sealedUnder, versionHash: document.versionHash, describe: () => described },
  };
}
