/** Which documents a search may touch. The same meaning in every arm and every engine. */

/** A condition on one metadata key (dotted paths reach into objects). All given parts must hold. */
export interface MetadataCondition {
  readonly key: string;
  /** The value, or one element of it when it is a list, equals one of these. */
  readonly in?: readonly (string | number | boolean)[];
  /**
   * Inclusive bounds; numbers compare as numbers, strings by code point (RFC 3339 sorts by time). A string has at
   * most 95 bytes in UTF-8.
   */
  readonly atLeast?: string | number;
  readonly atMost?: string | number;
  readonly exists?: boolean;
}

/** All conditions must hold; an absent one holds for everything. */
export interface DocumentFilter {
  readonly documentIds?: readonly string[];
  readonly mediaTypes?: readonly string[];
  readonly metadata?: readonly MetadataCondition[];
  /** RFC 3339, inclusive. */
  readonly updatedAfter?: string;
  /** RFC 3339, exclusive. */
  readonly updatedBefore?: string;
}

/** The bounds of every read: the tenant always, collections where asked. `collectionIds: []` matches nothing. */
export interface Boundary {
  readonly tenant: string;
  readonly collectionIds?: readonly string[];
  readonly filter?: DocumentFilter;
  /**
   * The reader may know of nothing outside: what is counted, weighed and named on the way is so inside alone. It costs
   * more, and is left out where the collections are only what was asked for.
   */
  readonly closed?: true;
}
