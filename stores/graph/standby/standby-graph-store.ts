/**
 * One graph on two servers: writes go to the primary and, before they are acknowledged, to the standby; reads go to the
 * primary while it answers, and else to the standby, which is counted.
 */

import { randomUUID } from 'node:crypto';
import { startDeadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import type { CallOptions, GraphStore, Statement } from '../graph-store.ts';
import { checkEpoch, logWrite } from '../statements/standby.ts';
import { keepsLog, waitsForStandby } from './epoch.ts';
import type { Permit, View } from './keeper.ts';
import type { Servers } from './servers.ts';
import { healthOfServers } from './servers-health.ts';
import { toBody, toParts } from './ship-batch.ts';
import type { Side } from './side.ts';

/** Longest time of a write that brings no bound of its own, in ms. */
const WRITE_MS = 30_000;

/** The epoch has changed since the permit was given; nothing was done. */
class EpochChanged extends Problem {
  constructor() {
    super('UNAVAILABLE', 'Another graph server takes writes by now; nothing was changed. Try again.');
  }
}

export function createStandbyGraphStore(servers: Servers): GraphStore {
  const { keeper, shipper, standbyReads } = servers;

  const read: GraphStore['read'] = async (wanted, options) => {
    const view = keeper.view();
    const { primary } = view;
    const other = readableStandby(view);
    if (primary !== null && !(keeper.isAway(primary) && other !== null)) {
      try {
        return await primary.store.read(wanted, options);
      } catch (error) {
        if (other === null || !isAway(error) || options?.signal?.aborted) throw error;
        void keeper.look();
      }
    }
    if (other === null) throw unreadable();
    const rows = await other.store.read(wanted, options);
    standbyReads.count({ isWhole: isWhole(view) });
    return rows;
  };

  const writeBy = async (
    permit: Permit,
    statements: readonly Statement<unknown>[],
    options: CallOptions & { readonly signal: AbortSignal },
  ) => {
    const { epoch, primary } = permit;
    const check = checkEpoch(epoch, () => {
      throw new EpochChanged();
    });
    const body = keepsLog(epoch) ? toBody(statements) : null;
    const kept = body === null ? [] : [shipper.trim(), logWrite(toParts(randomUUID(), body))];
    const rows = await primary.store.write([check, ...statements, ...kept], options);
    const [revision] = kept.length === 0 ? [] : (rows.at(-1) ?? []);
    if (body !== null && waitsForStandby(epoch))
      await shipper.reached(
        { revision: Number(revision), primary, made: { body, proposal: epoch.proposal } },
        options.signal,
      );
    else if (!permit.isValid()) throw unconfirmed();
    return rows.slice(1, 1 + statements.length);
  };

  const write: GraphStore['write'] = async (statements, { signal, timeoutMs = WRITE_MS } = {}) => {
    const all = [...statements];
    const deadline = startDeadline(timeoutMs, signal);
    try {
      for (;;) {
        const permit = await keeper.permit(deadline.signal);
        try {
          const left = Math.max(1, deadline.at - Date.now());
          return await writeBy(permit, all, { timeoutMs: left, signal: deadline.signal });
        } catch (error) {
          if (!(error instanceof EpochChanged) || deadline.signal.aborted) throw error;
          await keeper.lookAnew();
        }
      }
    } catch (error) {
      throw error instanceof Problem || !deadline.signal.aborted ? error : late(deadline.signal.reason);
    } finally {
      deadline.release();
    }
  };

  return {
    open: servers.open,
    read,
    write,
    revision: async () => {
      const { primary, standbyState } = keeper.view();
      if (primary === null) return appliedOf(standbyState);
      return primary.store.revision().catch((error: unknown) => {
        if (!isAway(error) || standbyState === null) throw error;
        return appliedOf(standbyState);
      });
    },
    openSnapshot: async () => {
      const { primary } = keeper.view();
      if (primary === null) throw unreadable();
      return primary.store.openSnapshot();
    },
    health: () => healthOfServers(servers),
    close: servers.close,
  };
}

/** One that is filled, or was given up, has nothing to say. */
function readableStandby({ epoch, standby }: View): Side | null {
  return standby?.isOpen() && epoch !== null && keepsLog(epoch) ? standby : null;
}

/** Without a witness the primary may have gone on alone before it was lost, and nobody else knows. */
function isWhole({ epoch, sights }: View): boolean {
  return epoch?.standby === 'ATTACHED' && sights.witness !== 'NONE';
}

function appliedOf(state: View['standbyState']): number {
  if (state?.applied == null) throw unreadable();
  return state.applied;
}

function isAway(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT');
}

function unreadable(): Problem {
  return new Problem(
    'UNAVAILABLE',
    'Neither graph server can be read now. `trellis failover --status` says how they are; try again.',
  );
}

function unconfirmed(): Problem {
  return new Problem(
    'UNAVAILABLE',
    'While the change was made it could not be confirmed that this graph server still takes writes, so it may not last. Look before you repeat it.',
  );
}

function late(cause: unknown): Problem {
  const expired = cause instanceof Error && cause.name === 'TimeoutError';
  return new Problem(
    expired ? 'TIMEOUT' : 'CANCELLED',
    'The graph servers did not confirm the change in time. It may have happened or not: look before you repeat it.',
    { cause },
  );
}
