/** What a check of the stores finds, what of it can be mended, and how far a check is. */

export type FaultStore = 'GRAPH' | 'INDEX' | 'CONTENT';

interface FaultNature {
  readonly store: FaultStore;
  /** Whether the graph says how it should be. */
  readonly isMendable: boolean;
  /** What is wrong, and what to do where it cannot be mended. */
  readonly detail: string;
}

const AGAIN = 'Delete the document and ingest it again, or restore it from a copy.';

/** Every kind of fault. */
export const FAULTS = {
  NODE_TWICE: {
    store: 'GRAPH',
    isMendable: true,
    detail: 'Two nodes have this id; the one with the most edges is kept.',
  },
  CHUNK_WITHOUT_DOCUMENT: {
    store: 'GRAPH',
    isMendable: true,
    detail: 'A chunk whose document is not there.',
  },
  CHUNK_MISSING: {
    store: 'GRAPH',
    isMendable: false,
    detail: `A chunk of this document is not there. ${AGAIN}`,
  },
  CHUNK_TEXT_DIFFERS: {
    store: 'GRAPH',
    isMendable: false,
    detail: `A chunk is not what its document says at that place. ${AGAIN}`,
  },
  ENTITY_UNSUPPORTED: { store: 'GRAPH', isMendable: true, detail: 'An entity that no chunk mentions.' },
  NAME_UNUSED: { store: 'GRAPH', isMendable: true, detail: 'A name that names nothing.' },
  RELATIONSHIP_UNSUPPORTED: {
    store: 'GRAPH',
    isMendable: true,
    detail: 'A relationship that no chunk states.',
  },
  EDGE_MISSING: {
    store: 'GRAPH',
    isMendable: true,
    detail: 'A relationship that walks do not find: its edge is not there, or an end of it.',
  },
  EDGE_TWICE: { store: 'GRAPH', isMendable: true, detail: 'The edge of a relationship is there twice.' },
  EDGE_STRAY: {
    store: 'GRAPH',
    isMendable: true,
    detail: 'An edge whose relationship is not there, or joins others.',
  },
  POSTING_MISSING: { store: 'INDEX', isMendable: true, detail: 'A chunk that its words do not find.' },
  POSTING_DIFFERS: {
    store: 'INDEX',
    isMendable: true,
    detail: 'A chunk that is found by other words, or in another place, than the graph has.',
  },
  VECTOR_MISSING: {
    store: 'INDEX',
    isMendable: true,
    detail: 'A chunk without a vector. It stays so where the embedder refuses its text.',
  },
  VECTOR_DIFFERS: {
    store: 'INDEX',
    isMendable: true,
    detail: 'A vector in another place than its chunk, or one that is not of unit length.',
  },
  VECTOR_TWICE: { store: 'INDEX', isMendable: true, detail: 'A chunk with more than one vector.' },
  FACTS_MISSING: { store: 'INDEX', isMendable: true, detail: 'A document that filters do not know.' },
  FACTS_DIFFER: {
    store: 'INDEX',
    isMendable: true,
    detail: 'Filters see another document than the graph has.',
  },
  ENTRY_UNKNOWN: {
    store: 'INDEX',
    isMendable: true,
    detail: 'The index holds what the graph does not know.',
  },
  ENTRY_STRAY: {
    store: 'INDEX',
    isMendable: true,
    detail: 'The index holds an entry that belongs to nothing.',
  },
  CONTENT_MISSING: {
    store: 'CONTENT',
    isMendable: false,
    detail: `Bytes that a document needs are not there. ${AGAIN}`,
  },
  CONTENT_DAMAGED: {
    store: 'CONTENT',
    isMendable: false,
    detail: `Bytes are not what their hash says. ${AGAIN}`,
  },
  CONTENT_UNUSED: {
    store: 'CONTENT',
    isMendable: true,
    detail: 'Bytes that nothing refers to, written more than an hour ago.',
  },
} as const satisfies Readonly<Record<string, FaultNature>>;

export type FaultKind = keyof typeof FAULTS;

export interface Fault {
  readonly kind: FaultKind;
  readonly tenant: string;
  /** Of the node, the chunk or the document; the hash of a content. */
  readonly id: string;
  /** Where the id alone does not lead there: the document of a chunk, the entity that an edge starts at. */
  readonly of: string;
}

export type Finding = Fault & { readonly isMended: boolean };

export interface FaultCount {
  readonly kind: FaultKind;
  readonly found: number;
  readonly mended: number;
}

export type CheckState = 'WAITING' | 'RUNNING' | 'DONE' | 'FAILED';
export const CHECK_STEPS = ['GRAPH', 'DOCUMENTS', 'INDEX', 'CONTENT'] as const;
export type CheckStep = (typeof CHECK_STEPS)[number];

/** The last check of the whole installation, or of one tenant's part. */
export interface ConsistencyCheck {
  /** Null for the whole installation. */
  readonly tenant: string | null;
  readonly state: CheckState;
  readonly mends: boolean;
  readonly step: CheckStep;
  /** Nodes, documents, entries and contents that were looked at. */
  readonly looked: number;
  readonly counts: readonly FaultCount[];
  /** The first of them. */
  readonly findings: readonly Finding[];
  /** Why it failed. */
  readonly problem: string | null;
  /** RFC 3339. */
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** Whether a repair would help with what is still there. */
export function isMendableLeft({ counts }: Pick<ConsistencyCheck, 'counts'>): boolean {
  return counts.some(({ kind, found, mended }) => FAULTS[kind].isMendable && found > mended);
}

/** How many faults are still there, as far as the check knows. */
export function faultsLeft({ counts }: Pick<ConsistencyCheck, 'counts'>): number {
  return counts.reduce((sum, { found, mended }) => sum + found - mended, 0);
}
