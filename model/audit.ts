/** What the audit log keeps: who did or tried what, from where, and what came of it. */

export type AuditOutcome = 'DONE' | 'REFUSED' | 'FAILED';

/** Something that happened. Null for what is not known. */
export interface AuditEvent {
  /** Empty for what belongs to no tenant, such as credentials that nobody knows. */
  readonly tenant: string;
  /** The subject that asked. */
  readonly actor: string | null;
  /** Id of the API key that it came with. */
  readonly apiKey: string | null;
  /** The client's address. */
  readonly address: string | null;
  /** `Mutation.createApiKey`, `Query.health`, `POST /ingest`, `authenticate`. */
  readonly action: string;
  /** What it was about: ids and names, never contents. */
  readonly targets: readonly string[];
  readonly outcome: AuditOutcome;
  /** Code of the problem where there was one. */
  readonly code: string | null;
  readonly detail: string | null;
  readonly requestId: string | null;
  /** How many events of the same kind this stands for. */
  readonly count: number;
}

/** An event as it is kept: with its place in a chain in which each entry carries the hash of the one before it. */
export interface AuditEntry extends AuditEvent {
  /** Begins with the moment, so that ids sort by time. */
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  /** The part of the log that one process wrote in one run. */
  readonly segment: string;
  /** Place in the segment, from 1. */
  readonly sequence: number;
  readonly previous: string;
  readonly hash: string;
}

/** Where a segment stands. */
export interface AuditSegment {
  readonly id: string;
  readonly startedAt: string;
  /** Where other segments stood when this one began: what goes missing there is missed here. */
  readonly links: readonly AuditLink[];
  readonly sequence: number;
  readonly hash: string;
  /** Up to where retention has removed entries, and the hash there. */
  readonly prunedTo: number;
  readonly prunedHash: string | null;
}

export interface AuditLink {
  readonly segment: string;
  readonly sequence: number;
  readonly hash: string;
}

/** Who acts where nobody asked: the installation, by the clock. */
const BY_ITSELF = 'trellis';

/** What the installation did by itself, or failed to do. */
export function ownEvent(
  of: Pick<AuditEvent, 'action'> & Partial<Pick<AuditEvent, 'tenant' | 'targets' | 'code' | 'detail'>>,
): AuditEvent {
  const { code = null } = of;
  return {
    ...{ tenant: '', targets: [], detail: null, ...of, code },
    ...{ actor: BY_ITSELF, apiKey: null, address: null, requestId: null, count: 1 },
    outcome: code === null ? 'DONE' : 'FAILED',
  };
}
