/** Entities, mentions and relationships: what the documents are about. */

/** Something that documents speak of, one per tenant however it is spelled. */
export interface Entity {
  readonly id: string;
  readonly tenant: string;
  /** The preferred spelling. */
  readonly name: string;
  /** PERSON, ORGANIZATION, PLACE, …; THING where no cue was found; VALUE as told below. */
  readonly type: string;
  /** Other spellings that resolve to it. */
  readonly aliases: readonly string[];
  readonly description: string | null;
}

/** Why a spelling was taken to mean its entity. */
export type ResolutionReason =
  | 'SAME_NAME'
  | 'DOCUMENT_TITLE'
  | 'TITLE_WITHOUT_QUALIFIER'
  | 'ACRONYM'
  | 'SHORT_FORM'
  | 'DECLARED_ALIAS'
  | 'EXTRACTED';

/** A directed, typed statement between two entities, held up by the chunks that state it. */
export interface Relationship {
  readonly id: string;
  readonly tenant: string;
  readonly sourceId: string;
  readonly targetId: string;
  /** Upper snake case: `BORN_IN`; `RELATED_TO` where no verb phrase was found. */
  readonly type: string;
  /** A sentence that states it. */
  readonly description: string | null;
  /** How many chunks state it. */
  readonly weight: number;
}

/** Knowledge that a caller hands over with a document. Names only; resolution is ours. */
export interface Knowledge {
  readonly entities: readonly KnownEntity[];
  readonly triples: readonly KnownTriple[];
}

export interface KnownEntity {
  readonly name: string;
  readonly type?: string;
  readonly aliases?: readonly string[];
  readonly description?: string;
}

export interface KnownTriple {
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
}

/** The type of what is only the end of a statement, and named as an entity by nobody: a literal, in RDF's words. */
export const VALUE = 'VALUE';
/** The type of what is an entity, and more is not known. */
const UNTYPED = 'THING';

/** What an entity is by what is said of it: by no guess, whether anything names it as an entity tells. */
export function typeSaid(said: string | null, isNamed: boolean): string {
  return said ?? (isNamed ? UNTYPED : VALUE);
}

/** A guess gives way to a better one, and never the other way round; of two that are equally good the first stays. */
export function betterType(known: string, other: string): string {
  return known === VALUE || (known === UNTYPED && other !== VALUE) ? other : known;
}
