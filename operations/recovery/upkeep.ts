/**
 * What the leader does for the standby of the graph: it detaches one that is away, brings one that is back up to date
 * and attaches it, gives up one that cannot catch up, and fills one that is new while that costs nothing.
 */

import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import type { StandbyMode } from '../../stores/graph/standby/epoch.ts';
import type { View } from '../../stores/graph/standby/keeper.ts';
import { sizeOf } from '../../stores/graph/standby/seed.ts';
import type { Servers } from '../../stores/graph/standby/servers.ts';
import { LogGap } from '../../stores/graph/standby/ship-batch.ts';
import { logSize } from '../../stores/graph/statements/standby.ts';
import type { Duty } from '../leader.ts';

const DEFAULTS = {
  lookEveryMs: 1_000,
  /** How long the standby may be away before writes go on without it, in ms. */
  detachAfterMs: 10_000,
  /** A log of more characters than this is given up, and the standby has to be filled anew. */
  logCharsMax: 2_000_000_000,
  /** A new standby is filled without being asked for while the primary has no more nodes than this. */
  seedFreelyNodesMax: 5_000,
};

export interface UpkeepOptions extends Partial<typeof DEFAULTS> {
  readonly servers: Servers;
  readonly log: Log;
}

type Known = View & {
  readonly epoch: NonNullable<View['epoch']>;
  readonly primary: NonNullable<View['primary']>;
  readonly standby: NonNullable<View['standby']>;
  readonly primaryState: NonNullable<View['primaryState']>;
};

export function createUpkeep(options: UpkeepOptions): Duty {
  const { servers, log, lookEveryMs, ...bounds } = { ...DEFAULTS, ...options };
  const { keeper, changes, roles } = servers;
  const follow = ({ epoch }: Known, standby: StandbyMode, why: string) =>
    changes.follow(epoch, { primary: epoch.primary, standby }, why);
  const isAway = ({ standby }: Known) => keeper.awayMs(standby) > bounds.detachAfterMs;

  const catchUp = async (view: Known, signal: AbortSignal): Promise<unknown> => {
    if (view.standbyState === null) return giveUpWhereTooFar(view);
    if (view.standbyState.applied === null) return giveUpWhereInPart();
    return roles.attach(signal).catch((error: unknown) => {
      if (!(error instanceof LogGap)) throw error;
      return follow(view, 'UNSEEDED', error.message);
    });
  };
  /** What was seen of the two may be of different moments; one that is there in part stays so. */
  const giveUpWhereInPart = async (): Promise<unknown> => {
    const view = await keeper.lookAnew();
    const isInPart = view.epoch?.standby === 'DETACHED' && view.standbyState?.applied === null;
    return isInPart && isKnown(view) ? follow(view, 'UNSEEDED', 'the standby was filled in part') : undefined;
  };
  const giveUpWhereTooFar = async (view: Known): Promise<unknown> => {
    const [size = 0] = await view.primary.store.read(logSize(-1));
    if (size <= bounds.logCharsMax) return undefined;
    return follow(view, 'UNSEEDED', 'the log for the standby has become too large');
  };
  const fillNew = async ({ primary, standby, standbyState }: Known): Promise<unknown> => {
    if (standbyState === null || standbyState.applied !== null) return undefined;
    const isNew = (await sizeOf(standby)) === 0;
    if (!isNew || (await sizeOf(primary)) > bounds.seedFreelyNodesMax) return undefined;
    return roles.reseed({ onProgress: () => undefined });
  };
  const STEPS: { readonly [mode in StandbyMode]: (view: Known, signal: AbortSignal) => Promise<unknown> } = {
    ATTACHED: async (view) =>
      isAway(view) ? follow(view, 'DETACHED', 'the standby is away') : requirePlausible(view),
    ATTACHING: async (view, signal) =>
      isAway(view) ? follow(view, 'DETACHED', 'the standby is away') : roles.attach(signal),
    DETACHED: catchUp,
    HELD: async () => undefined,
    UNSEEDED: fillNew,
  };
  /** A primary that was set back to an earlier state would give numbers twice. */
  const requirePlausible = async (view: Known): Promise<unknown> => {
    const applied = view.standbyState?.applied ?? 0;
    if (applied <= (await view.primary.store.revision())) return undefined;
    return follow(view, 'UNSEEDED', 'the standby is ahead of the primary, which was set back');
  };

  return {
    name: 'standby of the graph',
    run: async (signal) => {
      while (!signal.aborted) {
        const view = keeper.view();
        if (isKnown(view))
          await STEPS[view.epoch.standby](view, signal).catch((error: unknown) =>
            log.warn({ err: error }, 'The standby of the graph could not be looked after now.'),
          );
        await pause(lookEveryMs, signal);
      }
    },
  };
}

function isKnown(view: View): view is Known {
  const { epoch, primary, standby, primaryState } = view;
  return epoch !== null && primary !== null && standby !== null && primaryState !== null;
}
