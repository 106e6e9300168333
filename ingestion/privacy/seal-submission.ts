/** What of a document may be stored when it comes in: all of it, or under a privacy policy nothing but sealed. */

import { createHmac } from 'node:crypto';
import { contentHash } from '../../model/ids.ts';
import { keyFor } from '../../platform/tenant-keys/tenant-keys.ts';
import type { CheckedDocument, Identify } from '../document-input.ts';
import { type Described, PIPELINE_VERSION, versionHash } from '../version-hash.ts';
import { sealDocument } from './envelope.ts';
import type { Shield } from './policy-in-force.ts';
import { decidingText, formerTerms, type Terms, takesOutAsMuch, termsText } from './terms.ts';

export type SealableDocument = CheckedDocument & {
  /** Id of the key that its bytes are sealed with; null where they are as they came. */
  readonly sealedWith: string | null;
  /** What the policy decides that it is sealed under; null as well. */
  readonly sealedUnder: string | null;
};

/**
 * How a document is known again. Under a policy by keyed hashes: of a short text, a plain one could be found by trying.
 * The rules count in, so that a document that comes again after they have changed is done again.
 */
export function identityUnder(shield: Shield | null): Identify {
  return (document) => ({
    content: shield === null ? document.contentHash : contentNameUnder(shield, document.contentHash),
    version: versionUnder(shield, document),
  });
}

/** What a document without a caller's key is named by under a policy, of the hash of its bytes. */
export function contentNameUnder({ key }: Shield, hash: string): string {
  return keyed(keyFor(key, 'hashes'), hash);
}

/** Whether it was made of this document under these rules, by whichever version of Trellis. */
export function wasMadeUnder(shield: Shield | null, document: Described, version: string | null): boolean {
  const former = shield === null ? null : formerTerms(shield.protection);
  for (let pipeline = PIPELINE_VERSION; pipeline > 0; pipeline--) {
    if (versionUnder(shield, document, { pipeline }) === version) return true;
    if (shield === null || former === null || !takesOutAsMuch(shield.protection, former)) continue;
    if (versionUnder(shield, document, { pipeline, terms: former }) === version) return true;
  }
  return false;
}

function versionUnder(
  shield: Shield | null,
  document: Described,
  { pipeline = PIPELINE_VERSION, terms }: { readonly pipeline?: number; readonly terms?: Terms } = {},
): string {
  const version = versionHash(document, pipeline);
  if (shield === null) return version;
  return keyed(keyFor(shield.key, 'hashes'), decidingText(version, terms ?? shield.protection));
}

function keyed(key: Uint8Array, text: string): string {
  return `hmac:${createHmac('sha256', key).update(text).digest('hex')}`;
}

/** Until it is indexed nobody sees its key, title and metadata: they have not been looked through. */
export async function sealed(document: CheckedDocument, shield: Shield | null): Promise<SealableDocument> {
  if (shield === null) return { ...document, sealedWith: null, sealedUnder: null };
  const { key, title, metadata, knowledge } = document;
  const bytes = await sealDocument(shield.key, { key, title, metadata, knowledge }, document.bytes);
  return {
    ...document,
    ...{ key: null, title: null, metadata: {}, knowledge: null },
    bytes,
    contentHash: contentHash(bytes),
    sealedWith: shield.key.id,
    sealedUnder: termsText(shield.protection),
  };
}
