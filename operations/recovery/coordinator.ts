/**
 * Who sees the primary of the graph fail, and promotes its standby: one of all processes at a time, by a lease on the
 * server that is left. Each step is kept there before the next one is begun, so that another process goes on with it
 * where this one dies.
 */

import { randomUUID } from 'node:crypto';
import { isOver, type Recovery, type RecoveryPhase } from '../../model/recovery.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Part } from '../../platform/part.ts';
import { pause } from '../../platform/pause.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createGraphLeases } from '../../stores/graph/leases/graph-leases.ts';
import type { Leases } from '../../stores/graph/leases/leases.ts';
import { isEpoch } from '../../stores/graph/standby/epoch.ts';
import type { View } from '../../stores/graph/standby/keeper.ts';
import type { Servers } from '../../stores/graph/standby/servers.ts';
import type { Side } from '../../stores/graph/standby/side.ts';
import { lastRecovery, putRecovery } from '../../stores/graph/statements/recovery.ts';
import { type Bounds, type Seen, STEPS } from './steps.ts';

const DEFAULTS = {
  lookEveryMs: 1_000,
  suspectAfterMs: 3_000,
  confirmAfterMs: 10_000,
  suspectMs: 300_000,
  /** How long a coordinator that shows no sign of life keeps others from taking over, in ms. */
  leaseMs: 6_000,
};
/** Looks in a row that have to fail before the primary is suspected. */
const MISSES_MIN = 3;
/** How often it is looked whether a recovery is open while all seems well, in looks. */
const LOOKS_BETWEEN = 10;
const LEASE = 'recovery';

export interface CoordinatorOptions extends Partial<typeof DEFAULTS> {
  readonly servers: Servers;
  /** Told of steps that nobody was told of; may be told of one twice. Rejects where it has to be told again. */
  readonly tell: (recovery: Recovery, phases: readonly RecoveryPhase[]) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
  /** After a step is kept; for tests that end a process there. */
  readonly onStep?: (phase: RecoveryPhase) => void;
}

export interface Coordinator extends Part {
  /** The last recovery, as either server knows it. */
  last(): Promise<Recovery | null>;
}

export function createCoordinator(options: CoordinatorOptions): Coordinator {
  const { servers, tell, now, log, onStep, leaseMs, lookEveryMs, ...bounds } = { ...DEFAULTS, ...options };
  const { keeper, roles } = servers;
  const stopping = new AbortController();
  const leases = new Map([servers.first, servers.second].map((side) => [side, leasesOn(side, leaseMs, log)]));
  let answers = 0;
  let misses = 0;
  let looks = 0;
  let open: Recovery | null = null;
  let running: Promise<void> = Promise.resolve();

  const keep = async (side: Side, recovery: Recovery): Promise<Recovery> => {
    await side.writeHere([putRecovery(recovery)]);
    open = recovery;
    return recovery;
  };
  const take = async (side: Side, before: Recovery, phase: RecoveryPhase, why: string): Promise<Recovery> => {
    const at = now().toISOString();
    log.warn({ phase, why }, 'The recovery of the graph takes a step.');
    const steps = [...before.steps, { phase, at }];
    const kept = await keep(side, { ...before, phase, why, updatedAt: at, steps });
    onStep?.(phase);
    return kept;
  };
  const see = async (recovery: Recovery, view: View): Promise<Seen> => {
    const lost = sideNamed(servers, recovery.lost);
    const lostState = lost === servers.first ? view.sights.first : view.sights.second;
    const { epoch } = view;
    const isSeenByOthers =
      recovery.phase === 'SUSPECTED' && servers.witness !== null
        ? await servers.witness.isServerSeen(recovery.lost).catch(() => null)
        : null;
    return {
      awayMs: lost === null ? Number.POSITIVE_INFINITY : keeper.awayMs(lost),
      answers: lost !== null && keeper.awayMs(lost) === 0 ? answers : 0,
      isSeenByOthers,
      epoch:
        epoch === null ? null : { primaryIsLost: epoch.primary === recovery.lost, standby: epoch.standby },
      isLostFenced: isEpoch(lostState) && lostState.primary !== recovery.lost,
      sinceMs: now().getTime() - Date.parse(recovery.updatedAt),
    };
  };
  const promote = async (): Promise<void> => {
    try {
      await roles.promote({ force: false, why: 'the primary is lost' });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.warn({ err: error }, 'The standby could not be promoted yet; it is tried again.');
    }
    await servers.changes.settle();
  };
  const tellOf = async (side: Side, recovery: Recovery): Promise<Recovery> => {
    const phases = recovery.steps.slice(recovery.told).map(({ phase }) => phase);
    const canTell = recovery.phase !== 'SUSPECTED' && keeper.isFresh() && keeper.view().primary !== null;
    const isSettled = isOver(recovery) || ['PROMOTED', 'OLD_FENCED', 'RESEEDING'].includes(recovery.phase);
    if (phases.length === 0 || !canTell || !isSettled) return recovery;
    await tell(recovery, phases);
    return keep(side, { ...recovery, told: recovery.steps.length });
  };
  /** As far as it goes now. */
  const advance = async (side: Side, begun: Recovery): Promise<void> => {
    let recovery = begun;
    for (;;) {
      const next = STEPS[recovery.phase](await see(recovery, keeper.view()), bounds as Bounds);
      if (next.kind === 'wait') break;
      if (next.kind === 'step') recovery = await take(side, recovery, next.to, next.why);
      else {
        await promote();
        if (keeper.view().epoch?.primary === recovery.lost) break;
      }
    }
    await tellOf(side, recovery);
  };
  const begin = async (side: Side, view: View): Promise<void> => {
    const at = now().toISOString();
    const { epoch } = view;
    if (epoch === null) return;
    const recovery: Recovery = {
      id: randomUUID(),
      phase: 'SUSPECTED',
      lost: epoch.primary,
      epoch: epoch.number,
      why: 'The primary does not answer.',
      startedAt: at,
      updatedAt: at,
      steps: [{ phase: 'SUSPECTED', at }],
      told: 0,
    };
    log.warn(
      { lost: epoch.primary },
      'The primary of the graph does not answer; it may have to be replaced.',
    );
    await keep(side, recovery);
    onStep?.('SUSPECTED');
  };
  /** The server that is left, where the primary is suspected; the one that keeps the open recovery, where there is one. */
  const look = async (): Promise<void> => {
    const view = keeper.view();
    const { primary, standby } = view;
    const isAway = primary === null || keeper.awayMs(primary) > 0;
    misses = isAway ? misses + 1 : 0;
    answers = isAway ? 0 : answers + 1;
    const awayMs = primary === null ? Number.POSITIVE_INFINITY : keeper.awayMs(primary);
    const suspects = view.epoch !== null && misses >= MISSES_MIN && awayMs >= bounds.suspectAfterMs;
    looks += 1;
    if (!suspects && (open === null || isOver(open)) && looks % LOOKS_BETWEEN !== 1) return;
    const found = await lastOn(servers);
    open = found?.recovery ?? null;
    const isOpen = found !== null && !isOver(found.recovery);
    const untold = found !== null && found.recovery.told < found.recovery.steps.length;
    const side = isOpen || untold ? (found?.side ?? null) : suspects ? standby : null;
    if (side === null) return;
    const lease = await leases.get(side)?.tryAcquire(LEASE);
    if (!lease) return;
    try {
      // Another may have gone on with it while the lease was asked for.
      const last = await lastOn(servers);
      if (last !== null && (!isOver(last.recovery) || !suspects)) await advance(side, last.recovery);
      else if (suspects) await begin(side, view);
    } finally {
      await lease.release();
    }
  };

  return {
    name: 'recovery',
    last: async () => (await lastOn(servers))?.recovery ?? null,
    start: async () => {
      running = (async () => {
        while (!stopping.signal.aborted) {
          await look().catch((error: unknown) =>
            log.warn({ err: error }, 'The recovery of the graph does not go on now; it is tried again.'),
          );
          await pause(lookEveryMs, stopping.signal);
        }
      })();
    },
    close: async () => {
      stopping.abort();
      await running;
      await Promise.all([...leases.values()].map((each) => each.close()));
    },
  };
}

function sideNamed({ first, second }: Servers, name: string): Side | null {
  return [first, second].find((side) => side.name() === name) ?? null;
}

/** The newest that a server in reach knows, with that server. */
async function lastOn({ first, second, keeper }: Servers) {
  const found = await Promise.all(
    [first, second]
      .filter((side) => side.isOpen() && !keeper.isAway(side))
      .map(async (side) => {
        const [recovery] = await side.store.read(lastRecovery(), { timeoutMs: 2_000 }).catch(() => []);
        return recovery === undefined ? null : { side, recovery };
      }),
  );
  const newestFirst = found
    .filter((each) => each !== null)
    .toSorted((left, right) => (left.recovery.startedAt < right.recovery.startedAt ? 1 : -1));
  return newestFirst[0] ?? null;
}

/** Of one server alone: the other one may be gone. */
function leasesOn(side: Side, lifeMs: number, log: Log): Leases {
  const graph: GraphStore = { ...side.store, write: side.writeHere };
  return createGraphLeases({ graph, log, lifeMs });
}
