/** The two servers of one graph, put together: what is known of them, what changes their roles, and who watches. */

import type { Log } from '../../../platform/log.ts';
import { pause } from '../../../platform/pause.ts';
import { createStandbyReadCounter, type StandbyReadCounter } from '../../standby-reads.ts';
import type { GraphStore } from '../graph-store.ts';
import { type Clock, systemClock } from '../leases/clock.ts';
import { type Changes, createChanges } from './changes.ts';
import { decided, isEpoch, isSame, newest, type Sight } from './epoch.ts';
import { createKeeper, type Keeper, type View } from './keeper.ts';
import { createRoles, type Roles } from './roles.ts';
import { createShipper, type Shipper } from './shipper.ts';
import { createSide, type Side } from './side.ts';
import type { Witness } from './witness.ts';

const DEFAULTS = {
  /** Between two looks at the registers, in ms. */
  lookEveryMs: 1_000,
  /** How long what they said holds, in ms. */
  permitMs: 6_000,
  /** How long the standby may be away before writes go on without it, in ms. */
  detachAfterMs: 10_000,
  /** How long a filling that gets nowhere may hold writes, in ms. */
  heldMs: 30_000,
  /** How long a start waits until it is known which server takes writes, in ms: one that is busy answers late. */
  settleMs: 30_000,
};

export interface ServersOptions extends Partial<typeof DEFAULTS> {
  readonly first: GraphStore;
  readonly second: GraphStore;
  /** Null where there is none: then somebody has to say that the primary is gone. */
  readonly witness: Witness | null;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface Servers {
  readonly first: Side;
  readonly second: Side;
  readonly witness: Witness | null;
  readonly keeper: Keeper;
  readonly changes: Changes;
  readonly shipper: Shipper;
  readonly roles: Roles;
  /** Of this process, in place of the primary. */
  readonly standbyReads: StandbyReadCounter;
  /** Opens what is reached, and goes on trying the other. Rejects where neither server is. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createServers(options: ServersOptions): Servers {
  const { witness, log, lookEveryMs, permitMs, detachAfterMs, heldMs, settleMs } = {
    ...DEFAULTS,
    ...options,
  };
  const clock = options.clock ?? systemClock;
  const first = createSide(options.first);
  const second = createSide(options.second);
  const keeper = createKeeper({ first, second, witness, permitMs, log, clock });
  const changes = createChanges({ first, second, witness, keeper, log });
  const shipper = createShipper({ keeper, changes, detachAfterMs, log, clock });
  const roles = createRoles({ keeper, changes, shipper, log, clock });
  const stopping = new AbortController();
  const endHeld = createHeldWatch({ changes, heldMs, clock });
  let running: Promise<void> = Promise.resolve();

  const settleFirst = async () => {
    for (const until = clock.now() + settleMs; !stopping.signal.aborted; ) {
      const view = await changes.settle().catch((error: unknown) => {
        log.warn({ err: error }, 'Which graph server takes writes could not be settled yet.');
        return null;
      });
      if ((view !== null && view.epoch !== null) || clock.now() >= until) return;
      await pause(lookEveryMs, stopping.signal);
    }
  };
  const watch = async () => {
    while (!stopping.signal.aborted) {
      try {
        const view = await keeper.look();
        if (isOff(view)) await changes.settle();
        await endHeld(keeper.view());
      } catch (error) {
        log.debug({ err: error }, 'The registers of the graph servers could not be settled now.');
      }
      await pause(lookEveryMs, stopping.signal);
    }
  };

  return {
    ...{ first, second, witness, keeper, changes, shipper, roles },
    standbyReads: createStandbyReadCounter(),
    open: async () => {
      witness?.open();
      const opened = await Promise.allSettled([first.open(), second.open()]);
      const failed = opened.filter((each) => each.status === 'rejected');
      if (failed.length === opened.length) throw failed[0]?.reason;
      await settleFirst();
      running = watch();
    },
    close: async () => {
      stopping.abort();
      await running;
      await shipper.close();
      await Promise.all([first.store.close(), second.store.close()]);
      witness?.close();
    },
  };
}

/** A register that is reached says something else than the newest, or nothing holds. */
function isOff({ sights }: View): boolean {
  const top = newest(sights);
  const holds = decided(sights);
  if (top === null || holds === null || !isSame(holds, top)) return true;
  const differs = (sight: Sight) => sight === 'EMPTY' || (isEpoch(sight) && !isSame(sight, top));
  return [sights.first, sights.second, sights.witness].some(differs);
}

/**
 * Whoever filled the standby, or had the servers change places, may have died over it; writes go on once nothing has
 * moved for long. A standby that is filled does not say what it has; one that does goes on from there.
 */
function createHeldWatch(tools: {
  readonly changes: Changes;
  readonly heldMs: number;
  readonly clock: Clock;
}) {
  let last: { readonly sign: string; readonly at: number } | null = null;
  return async ({ epoch, primaryState, standbyState }: View): Promise<void> => {
    if (epoch?.standby !== 'HELD') {
      last = null;
      return;
    }
    const sign = `${epoch.proposal} ${primaryState?.revision} ${standbyState?.revision}`;
    if (last?.sign !== sign) last = { sign, at: tools.clock.now() };
    if (tools.clock.now() - last.at < tools.heldMs) return;
    last = null;
    const hasWhole = standbyState !== null && standbyState.applied !== null;
    const next = { primary: epoch.primary, standby: hasWhole ? 'DETACHED' : 'UNSEEDED' } as const;
    await tools.changes.follow(epoch, next, 'the standby was held for too long');
  };
}
