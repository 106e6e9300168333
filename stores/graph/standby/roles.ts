/** What changes the roles of the two servers: attaching a standby that lags, filling one, promoting one, giving it back. */

import { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { type Clock, systemClock } from '../leases/clock.ts';
import { checkEpoch, setApplied } from '../statements/standby.ts';
import type { Changes } from './changes.ts';
import { decided, type Epoch, isEpoch } from './epoch.ts';
import type { Keeper, View } from './keeper.ts';
import { beginBehindLog, beginLog, seed, whileHeld } from './seed.ts';
import type { Route } from './ship-batch.ts';
import type { Shipper } from './shipper.ts';
import type { Side } from './side.ts';

/** A standby that lacks no more than this many writes gets the rest while writers wait. */
const FEW_WRITES = 50;
/** How long writers may wait for it then, in ms. */
const LAST_WRITES_MS_MAX = 30_000;

export interface PromoteOptions {
  /** Also a standby that lacks acknowledged writes: these are lost. Whoever says so has switched the primary off. */
  readonly force: boolean;
  readonly why: string;
}

export interface Roles {
  /** Brings a detached standby up to date and attaches it. */
  attach(signal: AbortSignal): Promise<void>;
  /** Rejects where the standby cannot be filled now, or needs not be. */
  requireFillable(): Promise<void>;
  /** Fills the standby anew while writes wait, and has it catch up from then on. */
  reseed(options: { readonly onProgress: (done: number, total: number) => void }): Promise<void>;
  /** Makes the standby the primary. Rejects with CONFLICT where writes would be lost. */
  promote(options: PromoteOptions): Promise<Epoch>;
  /** Both servers are well: they change places while writes wait, and nothing is lost or seeded anew. */
  changePlaces(why: string): Promise<Epoch>;
}

export interface RolesTools {
  readonly keeper: Keeper;
  readonly changes: Changes;
  readonly shipper: Shipper;
  readonly log: Log;
  readonly clock?: Clock;
}

interface Both {
  readonly view: View;
  readonly epoch: Epoch;
  readonly primary: Side;
  readonly standby: Side;
}

export function createRoles({ keeper, changes, shipper, log, clock = systemClock }: RolesTools): Roles {
  const both = async (): Promise<Both> => {
    const view = await changes.settle();
    const { epoch, primary, standby, primaryState, standbyState } = view;
    if (epoch === null || primary === null || standby === null || !primaryState || !standbyState)
      throw new Problem('UNAVAILABLE', 'Both graph servers have to answer for this. Try again once they do.');
    return { view, epoch, primary, standby };
  };
  const fillable = async (): Promise<Both> => {
    const found = await both();
    if (found.epoch.standby === 'ATTACHED') throw attachedAlready();
    // Whoever is at it would be given up half way, and nothing is gained by that.
    if (found.epoch.standby === 'HELD') throw heldAlready();
    return found;
  };
  const follow = async (from: Epoch, next: Pick<Epoch, 'primary' | 'standby'>, why: string) => {
    if (!(await changes.follow(from, next, why))) throw undecided();
    const { epoch } = keeper.view();
    if (epoch === null) throw undecided();
    return epoch;
  };
  /** Until the standby has all that the primary has at this moment. */
  const complete = async ({ primary }: Pick<Both, 'primary'>) =>
    shipper.reached(
      { revision: await primary.store.revision(), primary },
      AbortSignal.timeout(LAST_WRITES_MS_MAX),
    );

  /** No two registers agree, and somebody says that the one server that is left is to go on. */
  const vouchFor = async (view: View, why: string): Promise<Epoch> => {
    const left = [keeper.first, keeper.second].filter((_, at) =>
      isEpoch(at === 0 ? view.sights.first : view.sights.second),
    );
    const [side] = left;
    if (side === undefined || left.length > 1) throw undecided();
    const { epoch, applied } = await side.look();
    if (epoch === null || (epoch.primary !== side.name() && !isUsable(epoch, applied))) throw unfilled();
    if (!(await changes.impose(side, why))) throw undecided();
    const { epoch: imposed } = keeper.view();
    if (imposed === null) throw undecided();
    await clock.wait(keeper.permitMs);
    return imposed;
  };
  /** While writes wait: both have the same, and each can go on behind the other, whichever is the primary then. */
  const evenOut = async ({ primary, standby, epoch }: Route): Promise<void> => {
    while ((await shipper.step({ primary, standby, epoch })) > 0);
    const begun = await beginLog(standby, epoch, await primary.store.revision());
    await whileHeld(primary, epoch).writeHere([setApplied(begun)]);
  };

  return {
    attach: async (signal) => {
      const { epoch, primary, standby } = await both();
      const stays = { primary: epoch.primary };
      let attaching = epoch;
      if (epoch.standby === 'DETACHED') {
        while ((await shipper.step({ primary, standby, epoch })) > FEW_WRITES) signal.throwIfAborted();
        attaching = await follow(epoch, { ...stays, standby: 'ATTACHING' }, 'the standby has caught up');
      }
      if (attaching.standby !== 'ATTACHING') return;
      await complete({ primary });
      await follow(attaching, { ...stays, standby: 'ATTACHED' }, 'the standby has all that was acknowledged');
    },

    requireFillable: async () => void (await fillable()),

    reseed: async ({ onProgress }) => {
      const { epoch, primary, standby } = await fillable();
      const stays = { primary: epoch.primary };
      // Before it is held: one that is held and says what it has can go on from there, should this end half way.
      await standby.writeHere([stillIn(epoch), setApplied(null)]);
      const held = await follow(epoch, { ...stays, standby: 'HELD' }, 'the standby is filled');
      try {
        await seed({ from: primary, to: standby, held, onProgress });
        await beginBehindLog({ from: primary, to: standby, held });
        await follow(held, { ...stays, standby: 'DETACHED' }, 'the standby was filled');
      } catch (error) {
        await changes.follow(held, { ...stays, standby: 'UNSEEDED' }, 'the standby could not be filled').then(
          () => undefined,
          (cause: unknown) => log.warn({ err: cause }, 'The standby is still held; that ends by itself.'),
        );
        throw error;
      }
    },

    promote: async ({ force, why }) => {
      const view = await changes.settle();
      const { standby, primaryState } = view;
      // What held before does so for a while, which is not enough to change it.
      const epoch = decided(view.sights);
      if (epoch === null && force) return vouchFor(view, why);
      const name = standby?.name() ?? null;
      if (epoch === null || standby === null || name === null) throw disagreed();
      if (view.sights.witness === 'NONE' && primaryState === null) {
        if (!force) throw untold(epoch);
        return vouchFor(view, why);
      }
      if (epoch.standby !== 'ATTACHED') {
        if (!force) throw wouldLose(view, epoch);
        if (!isUsable(epoch, view.standbyState?.applied ?? null)) throw unfilled();
        // And asked again behind the epoch: of one look the standby may have answered before others began to fill it, and
        // the rest after that. Whoever begins later changes the epoch first, and then this change is refused.
        const { applied } = await standby.look();
        if (!isUsable(epoch, applied)) throw unfilled();
      }
      const promoted = await follow(epoch, { primary: name, standby: 'UNSEEDED' }, why);
      // Attached, the old primary could acknowledge nothing without the standby; otherwise its permits have to run out.
      if (epoch.standby !== 'ATTACHED') await clock.wait(keeper.permitMs);
      return promoted;
    },

    changePlaces: async (why) => {
      const { view, epoch, primary, standby } = await both();
      if (epoch.standby !== 'ATTACHED') throw wouldLose({ primaryState: view.primaryState }, epoch);
      const stays = { primary: epoch.primary };
      const held = await follow(epoch, { ...stays, standby: 'HELD' }, why);
      try {
        await evenOut({ primary, standby, epoch: held });
      } catch (error) {
        await changes
          .follow(held, { ...stays, standby: 'DETACHED' }, 'the servers could not change places')
          .then(
            () => undefined,
            (cause: unknown) => log.warn({ err: cause }, 'Writes still wait; that ends by itself.'),
          );
        throw error;
      }
      const name = standby.name() ?? '';
      const promoted = await follow(held, { primary: name, standby: 'HELD' }, why);
      return follow(promoted, { primary: name, standby: 'DETACHED' }, why);
    },
  };
}

/** Others may have attached the standby meanwhile, and what it has must stay said. */
function stillIn(epoch: Epoch) {
  return checkEpoch(epoch, () => {
    throw new Problem('CONFLICT', 'The roles of the graph servers have changed meanwhile. Look again.');
  });
}

/** Whether a standby that may lack writes has all before some write, and so can go on by itself. */
function isUsable({ standby }: Epoch, applied: number | null): boolean {
  return standby !== 'UNSEEDED' && applied !== null;
}

function undecided(): Problem {
  return new Problem(
    'UNAVAILABLE',
    'Fewer than two of the registers that say which graph server takes writes agree on the change. It is completed once they are reached; look at `trellis failover --status`.',
  );
}

function disagreed(): Problem {
  return new Problem(
    'UNAVAILABLE',
    'No two of the registers that say which graph server takes writes agree, so a standby may lack writes that were acknowledged. Bring the primary or Redis back; or, if the primary is lost, switch it off and promote with force.',
  );
}

function wouldLose({ primaryState }: Pick<View, 'primaryState'>, { standby }: Epoch): Problem {
  const wayOn =
    primaryState === null
      ? 'Bring the primary back; or, if it is lost, switch it off and promote with force.'
      : 'The primary answers: wait until the standby is ATTACHED, or fill it where it is UNSEEDED.';
  return new Problem(
    'CONFLICT',
    `The standby of the graph is ${standby}, so it may lack writes that were acknowledged. ${wayOn}`,
  );
}

/** The register of the standby may be an old one: the primary may have gone on without it before it was lost. */
function untold({ standby }: Epoch): Problem {
  return new Problem(
    'CONFLICT',
    `Without Redis nobody but the primary knows whether the standby has all that was acknowledged; it was ${standby} when it last heard. Bring the primary back; or, if it is lost, switch it off and promote with force.`,
  );
}

function attachedAlready(): Problem {
  return new Problem('CONFLICT', 'The standby of the graph is attached: it has all that the primary has.');
}

function heldAlready(): Problem {
  return new Problem(
    'CONFLICT',
    'Writes wait already: the standby of the graph is being filled, or the servers change places. Wait until that is over; where whoever began it has died, it ends by itself after half a minute.',
  );
}

function unfilled(): Problem {
  return new Problem(
    'CONFLICT',
    'The standby of the graph was never filled, or only in part, so it cannot be promoted. Bring the primary back, or restore a backup.',
  );
}
