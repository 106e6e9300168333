/**
 * The steps of a recovery as data: what is seen in, what follows out. Each may be taken again: whoever takes over from a
 * process that died in the middle of one takes the same one.
 */

import type { RecoveryPhase } from '../../model/recovery.ts';
import type { StandbyMode } from '../../stores/graph/standby/epoch.ts';

export interface Bounds {
  /** So many looks in a row, and for so long, the primary has to be away before it is suspected, in ms. */
  readonly suspectAfterMs: number;
  /** For so long before it is given up, in ms. */
  readonly confirmAfterMs: number;
  /** A suspicion that nobody else shares ends after this, in ms. */
  readonly suspectMs: number;
}

/** What a process sees of the servers. */
export interface Seen {
  /** For how long the server that was lost has not answered this process, in ms; 0 where it answers. */
  readonly awayMs: number;
  /** Looks in a row that it answered. */
  readonly answers: number;
  /** Whether another process says that it reaches it; null where that cannot be asked. */
  readonly isSeenByOthers: boolean | null;
  /** Null while no two registers agree. */
  readonly epoch: { readonly primaryIsLost: boolean; readonly standby: StandbyMode } | null;
  /** Whether the register of the lost server was raised, so that it knows that it takes no writes. */
  readonly isLostFenced: boolean;
  /** Since the step before, in ms. */
  readonly sinceMs: number;
}

/** What to do now: take a step, begin to promote, or wait. */
export type Next =
  | { readonly kind: 'step'; readonly to: RecoveryPhase; readonly why: string }
  | { readonly kind: 'promote' }
  | { readonly kind: 'wait' };

const WAIT: Next = { kind: 'wait' };
/** A server that answered so often in a row is back. */
const ANSWERS_MIN = 2;

const step = (to: RecoveryPhase, why: string): Next => ({ kind: 'step', to, why });

type Table = { readonly [phase in RecoveryPhase]: (seen: Seen, bounds: Bounds) => Next };

export const STEPS: Table = {
  SUSPECTED: (seen, bounds) => {
    if (seen.epoch !== null && !seen.epoch.primaryIsLost) return changedByOthers();
    if (seen.answers >= ANSWERS_MIN) return step('ABANDONED', 'The primary answers again.');
    if (seen.awayMs < bounds.confirmAfterMs) return WAIT;
    if (seen.isSeenByOthers === false)
      return step('CONFIRMED', 'The primary is away, and no other process reaches it.');
    return seen.sinceMs > bounds.suspectMs
      ? step('ABANDONED', 'Another process reaches the primary. Look at the network of this one.')
      : WAIT;
  },
  CONFIRMED: ({ epoch, answers }) => {
    if (answers >= ANSWERS_MIN) return step('ABANDONED', 'The primary answers again.');
    if (epoch === null) return WAIT;
    if (!epoch.primaryIsLost) return changedByOthers();
    if (epoch.standby !== 'ATTACHED')
      return step(
        'ABANDONED',
        `The standby is ${epoch.standby}, so writes that were acknowledged would be lost. Bring the primary back; or switch it off and promote with force.`,
      );
    return step('FENCING', 'The registers are raised.');
  },
  // From here on it goes through, also where the primary is back: the registers may be half raised.
  FENCING: ({ epoch }) => {
    if (epoch !== null && !epoch.primaryIsLost)
      return step('PROMOTED', 'Two registers name the new primary.');
    if (epoch !== null && epoch.standby !== 'ATTACHED')
      return step('ABANDONED', `The standby has become ${epoch.standby} before it was promoted.`);
    return { kind: 'promote' };
  },
  PROMOTED: ({ isLostFenced, epoch }) =>
    isLostFenced || isInUse(epoch)
      ? step('OLD_FENCED', 'The old primary is back, and takes no writes.')
      : WAIT,
  OLD_FENCED: ({ epoch }) => (isInUse(epoch) ? step('RESEEDING', 'The old primary is filled anew.') : WAIT),
  RESEEDING: ({ epoch }) => {
    if (epoch?.standby === 'ATTACHED') return step('HEALTHY', 'The old primary is the standby.');
    return epoch?.standby === 'UNSEEDED'
      ? step('OLD_FENCED', 'The old primary was not filled to the end.')
      : WAIT;
  },
  HEALTHY: () => WAIT,
  ABANDONED: () => WAIT,
};

function changedByOthers(): Next {
  return step('ABANDONED', 'Somebody has changed the roles of the servers.');
}

/** The server that was lost is filled, or was. */
function isInUse(epoch: Seen['epoch']): boolean {
  return epoch !== null && epoch.standby !== 'UNSEEDED';
}
