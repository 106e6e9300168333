/** The wait of writes for the standby: one batch after the other is taken there while somebody waits. */

import { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { type Clock, systemClock } from '../leases/clock.ts';
import { trimLog } from '../statements/standby.ts';
import type { Changes } from './changes.ts';
import { type Epoch, waitsForStandby } from './epoch.ts';
import type { Keeper, View } from './keeper.ts';
import { type InHand, LogGap, OtherStandby, type Route, shipBatch } from './ship-batch.ts';
import type { Side } from './side.ts';

/** Between two tries while the standby cannot be written to, in ms. */
const TRY_AGAIN_MS = 100;
/** The same where another process was quicker, in ms. */
const OVERTAKEN_MS = 5;
const LOOK_WHETHER_AWAY_MS = 250;
/** Pieces of the log that one write takes away. */
const TRIM_MAX = 100;
/** A gap in the log is looked for again so often before it is believed: a page may miss what comes while it is read. */
const GAP_LOOKS = 3;
/** As a revision of a standby that does not say what it has. */
const NOWHERE = -1;

export interface ShipperTools {
  readonly keeper: Keeper;
  readonly changes: Changes;
  /** How long the standby may be away before writes go on without it, in ms. */
  readonly detachAfterMs: number;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface Shipper {
  /**
   * Resolves once the write is as safe as the epoch promises: it is on the standby, or the standby was detached.
   * Rejects with the signal's reason, and with UNAVAILABLE where the server that has it takes no writes any more.
   */
  reached(write: Committed, signal: AbortSignal): Promise<void>;
  /** Takes one batch to the standby; gives how many writes that were. */
  step(route: Route): Promise<number>;
  /** What takes from the primary's log what the standby has. */
  trim(): ReturnType<typeof trimLog>;
  close(): Promise<void>;
}

/** What the primary has. */
export interface Committed {
  readonly revision: number;
  readonly primary: Side;
  /** What it was, as the log has it, and the epoch that it was done in: spares asking the primary for it again. */
  readonly made?: { readonly body: string; readonly proposal: string };
}

interface Waiting extends Committed {
  settle(error: unknown): void;
}

export function createShipper(tools: ShipperTools): Shipper {
  const { keeper, changes, detachAfterMs, log } = tools;
  const clock = tools.clock ?? systemClock;
  const waiting = new Set<Waiting>();
  /** Of one epoch: in another the numbers may be those of another primary. */
  let applied: { readonly proposal: string; readonly revision: number } | null = null;
  let running: Promise<void> | null = null;
  let closed = false;

  const appliedOn = ({ epoch, standbyState }: View): number | null => {
    const seen = standbyState?.applied ?? null;
    if (epoch === null || applied?.proposal !== epoch.proposal) return seen;
    return seen === null ? applied.revision : Math.max(seen, applied.revision);
  };
  /** A number means the same write only within the epoch that gave it. */
  const inHandOf = ({ primary, epoch }: Route): InHand =>
    new Map(
      [...waiting].flatMap(({ revision, primary: by, made }) =>
        made?.proposal === epoch.proposal && by === primary ? [[revision, made.body] as const] : [],
      ),
    );
  /** One batch; gives how many writes that were. */
  const ship = async (route: Route, view: View): Promise<number> => {
    const from = appliedOn(view);
    if (from === null) throw view.standbyState === null ? new OtherStandby() : new LogGap(0);
    try {
      const reached = await unlessAway(shipBatch(route, from, inHandOf(route)), route.standby);
      applied = { proposal: route.epoch.proposal, revision: reached };
      return reached - from;
    } catch (error) {
      // What the standby says counts, whatever was believed.
      applied = null;
      if (error instanceof LogGap && (await isOvertaken(from))) throw new OtherStandby();
      throw error;
    }
  };
  /** Others have brought there what the log lacks, and taken it from the log, since it was last asked how far it is. */
  const isOvertaken = async (from: number): Promise<boolean> => {
    const { standbyState } = await keeper.lookAnew();
    return standbyState?.applied !== from;
  };
  /** Work on a standby that hangs is left. */
  const unlessAway = async <Value>(work: Promise<Value>, standby: Side): Promise<Value> => {
    const leaving = new AbortController();
    const stop = clock.every(LOOK_WHETHER_AWAY_MS, () => {
      if (keeper.awayMs(standby) > detachAfterMs) leaving.abort(new OtherStandby());
    });
    try {
      return await untilAborted(work, leaving.signal);
    } finally {
      stop();
    }
  };
  const settle = (view: View) => {
    const reached = appliedOn(view) ?? -1;
    const { epoch } = view;
    for (const one of waiting) {
      if (epoch !== null && one.primary !== view.primary) one.settle(leftBehind());
      else if (one.revision <= reached) one.settle(null);
      else if (epoch !== null && goesOnAlone(epoch) && keeper.isFresh()) one.settle(null);
    }
  };
  const detachWhereAway = async (epoch: Epoch, standby: Side | null): Promise<void> => {
    if (standby !== null && keeper.awayMs(standby) <= detachAfterMs) return;
    await changes
      .follow(epoch, { primary: epoch.primary, standby: 'DETACHED' }, 'the standby is away')
      .catch((error: unknown) => log.debug({ err: error }, 'The standby could not be detached yet.'));
  };
  const giveUp = (epoch: Epoch, why: string) =>
    changes
      .follow(epoch, { primary: epoch.primary, standby: 'UNSEEDED' }, why)
      .catch((error: unknown) => log.debug({ err: error }, 'The standby could not be given up yet.'));

  const handle = async (error: unknown, epoch: Epoch, standby: Side | null, times: number): Promise<void> => {
    if (error instanceof OtherStandby) return detachWhereAway(epoch, standby);
    const isBroken = error instanceof Problem && ['CONFLICT', 'INTERNAL', 'TIMEOUT'].includes(error.code);
    log.warn({ err: error, times }, 'A write could not be brought to the standby of the graph.');
    if (isBroken && times >= GAP_LOOKS) await giveUp(epoch, 'the standby cannot repeat what was written');
    await detachWhereAway(epoch, standby);
  };
  const work = async (): Promise<void> => {
    /** Where it failed last, and how often in a row: what others got past says nothing against the standby. */
    let failed = { at: NOWHERE, times: 0 };
    while (waiting.size > 0 && !closed) {
      const view = keeper.view();
      const { epoch, primary, standby } = view;
      settle(view);
      if (waiting.size === 0) return;
      const at = appliedOn(view) ?? NOWHERE;
      try {
        if (epoch === null || primary === null || standby === null || !waitsForStandby(epoch))
          throw new OtherStandby();
        await ship({ primary, standby, epoch }, view);
        failed = { at: NOWHERE, times: 0 };
        settle(keeper.view());
      } catch (error) {
        if (!(error instanceof OtherStandby)) failed = { at, times: failed.at === at ? failed.times + 1 : 1 };
        if (epoch !== null && waitsForStandby(epoch)) await handle(error, epoch, standby, failed.times);
        await keeper.look();
        const overtaken = error instanceof OtherStandby && epoch !== null && waitsForStandby(epoch);
        await clock.wait(overtaken ? OVERTAKEN_MS : TRY_AGAIN_MS);
      }
    }
  };
  const begin = () => {
    running ??= work().finally(() => {
      running = null;
      if (waiting.size > 0 && !closed) begin();
    });
  };

  return {
    reached: (write, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one: Waiting = {
        ...write,
        settle: (error) => {
          waiting.delete(one);
          if (error === null) resolve();
          else reject(error);
        },
      };
      waiting.add(one);
      begin();
      return untilAborted(promise, signal).catch((error: unknown) => {
        waiting.delete(one);
        throw error;
      });
    },
    step: (route) => ship(route, keeper.view()),
    trim: () => trimLog(appliedOn(keeper.view()) ?? -1, TRIM_MAX),
    close: async () => {
      closed = true;
      for (const one of waiting) one.settle(leftBehind());
      await running;
    },
  };
}

function goesOnAlone({ standby }: Epoch): boolean {
  return standby === 'DETACHED' || standby === 'UNSEEDED';
}

function leftBehind(): Problem {
  return new Problem(
    'UNAVAILABLE',
    'The graph server was lost before the standby had the change, so it may have happened or not. Look before you repeat it.',
  );
}
