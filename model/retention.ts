/** How long documents are kept, which must be kept whatever happens, and what was erased for somebody. */

import type { Json, JsonObject } from './documents.ts';

/** Which documents: all parts must hold; without any, every document of the tenant. */
export interface DocumentSelection {
  /** Name of a collection; null for every one. */
  readonly collection: string | null;
  /** Each key (dotted paths reach into objects) has one of these texts, or a list with one of them. */
  readonly metadata: readonly { readonly key: string; readonly in: readonly string[] }[];
}

/** What becomes of documents whose time is over. */
export type RetentionAction = 'DELETE' | 'ARCHIVE';

/** Documents that have not changed for so long are deleted, or archived. */
export interface RetentionPolicy {
  readonly id: string;
  readonly tenant: string;
  /** Unique in the tenant. */
  readonly name: string;
  readonly selection: DocumentSelection;
  /** Since the last change. */
  readonly days: number;
  readonly action: RetentionAction;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** When it was last carried out; null before. */
  readonly lastRunAt: string | null;
  /** Documents that it has deleted so far. */
  readonly deleted: number;
  /** Documents that it has archived so far. */
  readonly archived: number;
}

/** Documents that nobody deletes as long as it lasts. */
export interface LegalHold {
  readonly id: string;
  readonly tenant: string;
  /** Unique in the tenant. */
  readonly name: string;
  readonly selection: DocumentSelection;
  readonly reason: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** A selection as it is kept of an erasure: in hashes, see `erased-selection.ts`. */
export interface ErasedSelection {
  /** Null for every one. */
  readonly collectionId: string | null;
  /** One for each condition: marks, of which the metadata of a document has at least one. */
  readonly conditions: readonly (readonly string[])[];
}

/** What of an erasure is kept: enough to do it again after a restore. It says whose it was to nobody who does not ask by the name. */
export interface Erasure {
  readonly id: string;
  readonly tenant: string;
  /** RFC 3339. */
  readonly at: string;
  readonly erasedBy: string;
  readonly reason: string;
  readonly documentIds: readonly string[];
  /**
   * Ids of entities and of names that are called so, which are hashes: a backup may have documents about somebody that
   * were deleted before the erasure. Empty for one by metadata alone, and for the parts that follow the first.
   */
  readonly subjects: readonly string[];
  /** What it asked for by metadata; null for one by names alone, one of an earlier version, and the parts that follow the first. */
  readonly selection: ErasedSelection | null;
}

/**
 * What the legal holds in data are where an erasure is done again. `RELEASED`: those in a backup had been, before the
 * erasure. `IN_FORCE`: some may have been placed that whoever erased elsewhere did not have.
 */
export type HoldsThere = 'RELEASED' | 'IN_FORCE';

/** Whether the selection takes the document in; `collectionOf` gives the id of a collection by its name. */
export function isSelected(
  { collection, metadata }: DocumentSelection,
  document: { readonly collectionId: string; readonly metadata: JsonObject },
  collectionOf: (name: string) => string,
): boolean {
  if (collection !== null && collectionOf(collection) !== document.collectionId) return false;
  return metadata.every(({ key, in: texts }) => {
    const value = valueAt(document.metadata, key);
    const values = Array.isArray(value) ? value : [value];
    return values.some((one) => one !== null && one !== undefined && texts.includes(String(one)));
  });
}

function valueAt(metadata: JsonObject, key: string): Json | undefined {
  let value: Json | undefined = metadata;
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const inside: JsonObject = value as JsonObject;
    value = Object.hasOwn(inside, part) ? inside[part] : undefined;
  }
  return value;
}
