/** The port to whatever finds entities and relationships in a passage. */

import type { ResolutionReason } from '../model/knowledge.ts';

/** A passage with what is known around it. */
export interface ExtractionInput {
  readonly documentTitle: string;
  readonly headings: readonly string[];
  readonly text: string;
}

/** A name where it stands: `text.slice(start, end) === surface`, offsets in UTF-16 code units. */
export interface ExtractedMention {
  /** The full name meant, which may be longer than the surface (a surname, an acronym). */
  readonly name: string;
  readonly type: string;
  readonly surface: string;
  readonly start: number;
  readonly end: number;
  readonly reason: ResolutionReason;
}

/** A statement between two of the names found. */
export interface ExtractedRelationship {
  readonly source: string;
  readonly target: string;
  /** Upper snake case. */
  readonly type: string;
  /** The sentence that states it. */
  readonly description: string;
}

/** An entity the passage is about without naming it at an offset (the document's title, a declared entity). */
export interface ExtractedEntity {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  /** The document is named after it: its mentions are marked `about`, and searches for it lead here first. */
  readonly about?: boolean;
  readonly aliases: readonly { readonly text: string; readonly reason: ResolutionReason }[];
}

export interface Extraction {
  readonly entities: readonly ExtractedEntity[];
  readonly mentions: readonly ExtractedMention[];
  readonly relationships: readonly ExtractedRelationship[];
}

export interface Extractor {
  /** Shown to people: `rules-v1`, `gpt-4o-mini@api.example.com`. */
  readonly name: string;
  /**
   * One extraction per passage, in order. Passages of one call belong to one document, in document order, so
   * that a short form can refer back. Rejects like the model behind it; rules never reject.
   */
  extract(passages: readonly ExtractionInput[], signal?: AbortSignal): Promise<readonly Extraction[]>;
}
