/** The loss of the graph's primary server, and how far the recovery from it is. */

/**
 * - SUSPECTED: a process does not reach the primary.
 * - CONFIRMED: it has been away for long enough, and no other process reaches it.
 * - FENCING: the registers are raised, from when on the old primary acknowledges nothing.
 * - PROMOTED: the standby is the primary.
 * - OLD_FENCED: the old primary is back, and knows that it is none.
 * - RESEEDING: it is filled, or catches up.
 * - HEALTHY: it is the standby.
 * - ABANDONED: it ended without a promotion, or somebody changed the roles meanwhile.
 */
export type RecoveryPhase =
  | 'SUSPECTED'
  | 'CONFIRMED'
  | 'FENCING'
  | 'PROMOTED'
  | 'OLD_FENCED'
  | 'RESEEDING'
  | 'HEALTHY'
  | 'ABANDONED';

export interface RecoveryStep {
  readonly phase: RecoveryPhase;
  /** RFC 3339. */
  readonly at: string;
}

export interface Recovery {
  readonly id: string;
  readonly phase: RecoveryPhase;
  /** Name of the server that was lost. */
  readonly lost: string;
  /** Number of the epoch in which it took writes. */
  readonly epoch: number;
  /** Why the last step was taken. */
  readonly why: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly steps: readonly RecoveryStep[];
  /** How many of the steps are in the audit log, and were told. */
  readonly told: number;
}

export function isOver({ phase }: Recovery): boolean {
  return phase === 'HEALTHY' || phase === 'ABANDONED';
}
