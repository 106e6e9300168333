/**
 * What this process knows of the epoch: it asks all registers again and again. What two of them said alike holds here
 * for a bounded time, counted from before they were asked, and no write is acknowledged by an epoch that is older.
 */

import { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { type Clock, systemClock } from '../leases/clock.ts';
import type { ServerState } from '../statements/standby.ts';
import { decided, type Epoch, newest, type Sight, type Sights } from './epoch.ts';
import type { Side } from './side.ts';
import type { Witness } from './witness.ts';

const DEFAULTS = {
  /** How long what they said holds, in ms: after this much, no process acknowledges by it. */
  permitMs: 6_000,
  /** How long a write waits for an epoch that it may be done in, in ms. */
  waitMs: 3_000,
};
/** Between two looks of somebody who waits for what they show, in ms. */
const LOOK_AGAIN_MS = 100;
/** A server that did not answer so many looks in a row is away. */
const MISSED_LOOKS = 2;

export interface KeeperOptions extends Partial<typeof DEFAULTS> {
  readonly first: Side;
  readonly second: Side;
  readonly witness: Witness | null;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface View {
  readonly sights: Sights;
  /** What two registers said alike lately; null while none did. */
  readonly epoch: Epoch | null;
  /** The servers by what they are in that epoch; null where one was never reached by this process. */
  readonly primary: Side | null;
  readonly standby: Side | null;
  /** What they said of themselves; null where they did not answer. */
  readonly primaryState: ServerState | null;
  readonly standbyState: ServerState | null;
}

/** Leave to write in an epoch. */
export interface Permit {
  readonly epoch: Epoch;
  readonly primary: Side;
  readonly standby: Side | null;
  /** Whether it still holds. */
  isValid(): boolean;
}

export interface Keeper {
  readonly first: Side;
  readonly second: Side;
  view(): View;
  /** Asks all registers now; callers at the same time share the answer. */
  look(): Promise<View>;
  /** As `look`, and certainly asked after this was called. */
  lookAnew(): Promise<View>;
  /** Waits a little for one. Rejects with UNAVAILABLE. */
  permit(signal?: AbortSignal): Promise<Permit>;
  /** For how long the server has not answered, in ms; 0 where it did last time. */
  awayMs(side: Side): number;
  isAway(side: Side): boolean;
  /** Whether what is known of the epoch still holds. */
  isFresh(): boolean;
  readonly permitMs: number;
  /** How often another server has become the primary since this process first knew of one. */
  promotions(): number;
}

interface Contact {
  misses: number;
  lastAt: number;
  state: ServerState | null;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { first, second, witness, log, permitMs, waitMs } = { ...DEFAULTS, ...options };
  const clock = options.clock ?? systemClock;
  const contacts = new Map<Side, Contact>(
    [first, second].map((side) => [side, { misses: 0, lastAt: clock.now(), state: null }]),
  );
  let view: View = toView({ first: 'AWAY', second: 'AWAY', witness: 'AWAY' }, null);
  let decidedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<View> | null = null;
  let lastPrimary: string | null = null;
  let promotions = 0;

  function toView(sights: Sights, epoch: Epoch | null): View {
    const isPrimary = (side: Side) => epoch !== null && side.name() === epoch.primary;
    const primary = [first, second].find(isPrimary) ?? null;
    const standby = primary === null ? onlyOther(epoch) : primary === first ? second : first;
    const stateOf = (side: Side | null) => (side === null ? null : (contacts.get(side)?.state ?? null));
    return {
      sights,
      epoch,
      primary,
      standby,
      primaryState: stateOf(primary),
      standbyState: stateOf(standby),
    };
  }
  /** The primary was never reached by this process; the one that was is the other. */
  function onlyOther(epoch: Epoch | null): Side | null {
    if (epoch === null) return null;
    const named = [first, second].filter((side) => side.name() !== null);
    return named.length === 1 ? (named[0] ?? null) : null;
  }

  const lookAtServer = async (side: Side): Promise<Sight> => {
    const contact = contacts.get(side) as Contact;
    try {
      if (!side.isOpen()) {
        // Not waited for: it may take its time where the server is away.
        void side.open().catch(() => undefined);
        throw new Error('The server is not open yet.');
      }
      const state = await side.look();
      Object.assign(contact, { misses: 0, lastAt: clock.now(), state });
      // Told beside the look, which does not wait for it.
      void witness?.sawServer(state.server, permitMs).catch(() => undefined);
      return state.epoch ?? 'EMPTY';
    } catch {
      Object.assign(contact, { misses: contact.misses + 1, state: null });
      return 'AWAY';
    }
  };
  const lookAtWitness = async (): Promise<Sight> => {
    if (witness === null) return 'NONE';
    return witness.read().then(
      (epoch) => epoch ?? 'EMPTY',
      () => 'AWAY' as const,
    );
  };
  const noteEpoch = (epoch: Epoch) => {
    if (lastPrimary !== null && lastPrimary !== epoch.primary) promotions += 1;
    lastPrimary = epoch.primary;
    log.info({ epoch }, 'An epoch of the graph servers holds.');
  };
  const lookOnce = async (): Promise<View> => {
    const askedAt = clock.now();
    const before = view.epoch;
    const wasAt = decidedAt;
    const [one, two, three] = await Promise.all([lookAtServer(first), lookAtServer(second), lookAtWitness()]);
    const sights = { first: one, second: two, witness: three };
    const holds = decided(sights);
    if (holds !== null) decidedAt = askedAt;
    // One look that goes astray takes nothing back: what held before does, for as long as it would have.
    const isStill = before !== null && holdsSince(wasAt) && (newest(sights)?.number ?? 0) <= before.number;
    view = toView(sights, holds ?? (isStill ? before : null));
    if (view.epoch !== null && before?.proposal !== view.epoch.proposal) noteEpoch(view.epoch);
    return view;
  };
  const look = () => {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  };
  const holdsSince = (seenAt: number) => clock.now() - seenAt < permitMs;
  const permitNow = (): Permit | null => {
    const { epoch, primary, standby } = view;
    const seenAt = decidedAt;
    const isValid = () => holdsSince(seenAt);
    if (epoch === null || primary === null || epoch.standby === 'HELD' || !isValid()) return null;
    return { epoch, primary, standby, isValid };
  };

  return {
    first,
    second,
    permitMs,
    promotions: () => promotions,
    isFresh: () => holdsSince(decidedAt),
    view: () => view,
    look,
    lookAnew: async () => {
      await looking;
      return look();
    },
    permit: async (signal) => {
      const until = clock.now() + waitMs;
      for (;;) {
        const permit = permitNow();
        if (permit !== null) return permit;
        if (clock.now() >= until) throw noPermit(view);
        await untilAborted(look(), signal);
        if (permitNow() === null) await clock.wait(LOOK_AGAIN_MS, signal);
      }
    },
    awayMs: (side) => {
      const { misses, lastAt } = contacts.get(side) as Contact;
      return misses === 0 ? 0 : clock.now() - lastAt;
    },
    isAway: (side) => (contacts.get(side)?.misses ?? 0) >= MISSED_LOOKS,
  };
}

function noPermit({ epoch, primary }: View): Problem {
  if (epoch === null)
    return new Problem(
      'UNAVAILABLE',
      'This process does not reach two of the registers that say which graph server takes writes. Try again; `trellis failover --status` has more.',
    );
  if (epoch.standby === 'HELD')
    return new Problem(
      'UNAVAILABLE',
      'Writes wait while the standby of the graph is filled, or the servers change places. Try again.',
    );
  return new Problem(
    'UNAVAILABLE',
    primary === null
      ? 'The graph server that takes writes is not reached. Try again once it is, or once the standby is promoted.'
      : 'It has not been confirmed lately which graph server takes writes. Try again.',
  );
}
