/** The standby of the graph for people: how it is, promoting it, filling it, having the servers change places. */

import type { Recovery } from '../../model/recovery.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { StandbyMode } from '../../stores/graph/standby/epoch.ts';
import { writesBehind } from '../../stores/graph/standby/lag.ts';
import type { Servers } from '../../stores/graph/standby/servers.ts';
import type { Coordinator } from './coordinator.ts';

export interface GraphServer {
  /** Which settings name it: of the first, or of the standby. */
  readonly place: 'FIRST' | 'SECOND';
  readonly role: 'PRIMARY' | 'STANDBY' | 'UNKNOWN';
  readonly isReached: boolean;
  /** How far behind the primary the standby is, in writes, at most while it is away; null where that is not known. */
  readonly behind: number | null;
}

export interface StandbyStatus {
  /** Null while no two registers agree. */
  readonly epoch: number | null;
  readonly mode: StandbyMode | null;
  readonly isAutomatic: boolean;
  /** Whether Redis has a say; null where there is none. */
  readonly witnessAnswers: boolean | null;
  readonly servers: readonly GraphServer[];
  readonly lastRecovery: Recovery | null;
  /** How far the filling is that this process does; null where it does none. */
  readonly seeding: { readonly done: number; readonly total: number } | null;
}

export interface RecoveryDesk {
  /** Null where the graph has no standby. */
  status(): Promise<StandbyStatus | null>;
  /** Has the servers change places where both are well, and else promotes the standby. */
  promote(options: { readonly force: boolean }): Promise<StandbyStatus>;
  /** Begins to fill the standby anew; writes wait until that is done. What has to be written before is, by `beforehand`. */
  reseed(options: { readonly beforehand: () => Promise<void> }): Promise<StandbyStatus>;
}

export interface RecoveryDeskOptions {
  readonly servers: Servers | null;
  readonly coordinator: Pick<Coordinator, 'last'> | null;
  readonly isAutomatic: boolean;
  readonly log: Log;
}

export function createRecoveryDesk({ servers, coordinator, ...options }: RecoveryDeskOptions): RecoveryDesk {
  let seeding: StandbyStatus['seeding'] = null;
  let isFilling = false;
  const over = () => {
    [isFilling, seeding] = [false, null];
  };

  const status = async (known: Servers): Promise<StandbyStatus> => {
    const { epoch, sights } = await known.keeper.look();
    const behind = await writesBehind(known.keeper).catch(() => null);
    return {
      epoch: epoch?.number ?? null,
      mode: epoch?.standby ?? null,
      isAutomatic: options.isAutomatic,
      witnessAnswers: sights.witness === 'NONE' ? null : sights.witness !== 'AWAY',
      servers: [serverAt(known, 'FIRST', behind), serverAt(known, 'SECOND', behind)],
      lastRecovery: (await coordinator?.last()) ?? null,
      seeding,
    };
  };
  const required = (): Servers => {
    if (servers === null)
      throw new Problem('CONFLICT', 'The graph has no standby. Set TRELLIS_GRAPH_STANDBY_URL to have one.');
    return servers;
  };

  return {
    status: async () => (servers === null ? null : status(servers)),
    promote: async ({ force }) => {
      const known = required();
      const { epoch, primaryState, standbyState } = await known.keeper.look();
      const areWell = primaryState !== null && standbyState !== null && epoch?.standby === 'ATTACHED';
      if (areWell) await known.roles.changePlaces('somebody asked');
      else await known.roles.promote({ force, why: 'somebody asked' });
      return status(known);
    },
    reseed: async ({ beforehand }) => {
      const known = required();
      if (isFilling) throw new Problem('CONFLICT', 'The standby is being filled. Wait until that is done.');
      // From here on, and not from the first page on: two who ask at once would both begin.
      isFilling = true;
      try {
        await known.roles.requireFillable();
        await beforehand();
      } catch (error) {
        over();
        throw error;
      }
      const begun = Promise.withResolvers<void>();
      const onProgress = (done: number, total: number) => {
        seeding = { done, total };
        begun.resolve();
      };
      const work = known.roles.reseed({ onProgress }).finally(over);
      work.catch((error: unknown) => options.log.error({ err: error }, 'The standby could not be filled.'));
      await Promise.race([begun.promise, work]);
      return status(known);
    },
  };
}

function serverAt(
  { keeper, first, second }: Servers,
  place: GraphServer['place'],
  behind: number | null,
): GraphServer {
  const { primary, standby } = keeper.view();
  const side = place === 'FIRST' ? first : second;
  return {
    place,
    role: side === primary ? 'PRIMARY' : side === standby ? 'STANDBY' : 'UNKNOWN',
    isReached: keeper.awayMs(side) === 0,
    behind: side === standby ? behind : null,
  };
}
