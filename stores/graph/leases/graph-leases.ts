/**
 * Leases of several processes, kept in the graph they all write to: what guards a write must be lost and won in the
 * same transaction as the write, which no lock in Redis can be.
 *
 * No two machines' clocks are compared. A holder shows signs of life by counting a `beat`; who waits and has seen the
 * same beat for the whole life of a lease, by its own clock, takes it. A holder counts its life from before its last
 * beat was sent, so it knows that the lease is over no later than another can take it. Should it not know (it slept,
 * was paused or moved), the fence before each of its writes does. Signs of life go beside the turns of writers, so that
 * a view which has these wait costs nobody a lease.
 */

import { randomUUID } from 'node:crypto';
import { invariant } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { fencedBy } from '../fenced-graph-store.ts';
import { type GraphStore, TurnMissed } from '../graph-store.ts';
import { fenceLease, type LeaseState, releaseLease, renewLease, takeLease } from '../statements/leases.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Lease, LeaseLost, type Leases } from './leases.ts';
import { createTurns } from './turns.ts';

const DEFAULTS = {
  /** A holder without a sign of life for this long has lost its lease, in ms. */
  lifeMs: 15_000,
  /** Longest time to wait for a lease; longer than its life, so that a dead holder is waited out, in ms. */
  acquireMs: 45_000,
};
/** Signs of life within a life: two may get lost. */
const BEATS_A_LIFE = 3;
/** Between two attempts to take a lease that another holds, in ms; half of it by chance. */
const ASK_AGAIN_MS_FIRST = 10;
const ASK_AGAIN_MS_MAX = 250;

export interface GraphLeasesOptions extends Partial<typeof DEFAULTS> {
  readonly graph: GraphStore;
  readonly log: Log;
  readonly clock?: Clock;
  /** From 0 to 1. */
  readonly chance?: () => number;
}

/** A lease as it was seen, and when it was first seen so. */
type Sighting = LeaseState & { readonly at: number };

export function createGraphLeases(options: GraphLeasesOptions): Leases {
  const { graph, log, lifeMs, acquireMs } = { ...DEFAULTS, ...options };
  const clock = options.clock ?? systemClock;
  const chance = options.chance ?? Math.random;
  // In a process they come in turn; only the first in line asks the graph.
  const turns = createTurns();
  const sightings = new Map<string, Sighting>();
  const held = new Set<Lease>();

  /** One attempt. */
  const take = async (id: string): Promise<Lease | null> => {
    const holder = randomUUID();
    const seen = sightings.get(id);
    const dead = seen !== undefined && seen.holder !== null && clock.now() - seen.at >= lifeMs ? seen : null;
    const askedAt = clock.now();
    const [[state] = []] = await graph.write([takeLease(id, holder, dead)]);
    invariant(isLeaseState(state), 'taking a lease gives it as it is');
    if (state.holder === holder) {
      sightings.delete(id);
      return startLease({ id, token: state.token, askedAt, graph, log, clock, lifeMs });
    }
    if (seen?.token !== state.token || seen.beat !== state.beat)
      sightings.set(id, { ...state, at: clock.now() });
    return null;
  };
  const takeInTurn = (lease: Lease, endTurn: () => void): Lease => {
    const own: Lease = {
      ...lease,
      release: async () => {
        held.delete(own);
        await lease.release();
        endTurn();
      },
    };
    held.add(own);
    return own;
  };

  return {
    acquire: async (id, signal) => {
      const endTurn = await turns.next(id, signal);
      try {
        const until = clock.now() + acquireMs;
        for (let attempt = 0; ; attempt++) {
          const lease = await take(id);
          if (lease !== null) return takeInTurn(lease, endTurn);
          if (clock.now() >= until) throw stillHeld(id, acquireMs);
          const ms = Math.min(ASK_AGAIN_MS_FIRST * 2 ** attempt, ASK_AGAIN_MS_MAX);
          await clock.wait(ms / 2 + (ms / 2) * chance(), signal);
        }
      } catch (error) {
        endTurn();
        throw error;
      }
    },
    tryAcquire: async (id) => {
      if (turns.taken(id)) return null;
      const endTurn = await turns.next(id);
      const lease = await take(id).catch((error: unknown) => {
        endTurn();
        throw error;
      });
      if (lease !== null) return takeInTurn(lease, endTurn);
      endTurn();
      return null;
    },
    close: async () => {
      await Promise.all([...held].map((lease) => lease.release()));
    },
  };
}

/** A lease that was just taken: shows signs of life until it is released or lost. */
function startLease(taken: {
  readonly id: string;
  readonly token: number;
  readonly askedAt: number;
  readonly graph: GraphStore;
  readonly log: Log;
  readonly clock: Clock;
  readonly lifeMs: number;
}): Lease {
  const { id, token, graph, log, clock, lifeMs } = taken;
  const losing = new AbortController();
  let provenAt = taken.askedAt;
  let over = false;
  const isAlive = () => !over && clock.now() - provenAt < lifeMs;
  const end = () => {
    over = true;
    stopBeating();
  };
  const lose = () => {
    if (over) return;
    end();
    log.warn({ lease: id }, 'Another process may have taken over: this one showed no sign of life in time.');
    losing.abort(new LeaseLost());
  };
  const beat = async () => {
    if (!isAlive()) return lose();
    const askedAt = clock.now();
    try {
      const [[still] = []] = await graph.write([renewLease(id, token)], { timeoutMs: lifeMs, beside: true });
      if (still === true) provenAt = askedAt;
      else lose();
    } catch {
      // The graph did not answer. The next beat may get through; if none does, the lease has ended by itself.
      if (!isAlive()) lose();
    }
  };
  const stopBeating = clock.every(lifeMs / BEATS_A_LIFE, () => void beat());

  return {
    graph: fenced(graph, id, token),
    signal: losing.signal,
    held: isAlive,
    release: async () => {
      if (over) return;
      end();
      // Not released, it ends by itself.
      await graph.write([releaseLease(id, token)], { beside: true }).catch(() => undefined);
    },
  };
}

/** Each write happens only while the lease is held. */
function fenced(graph: GraphStore, id: string, token: number): GraphStore {
  const fence = fenceLease(id, token, () => {
    throw new LeaseLost();
  });
  return fencedBy(graph, fence);
}

function isLeaseState(state: unknown): state is LeaseState {
  return typeof state === 'object' && state !== null && 'token' in state;
}

function stillHeld(id: string, waitedMs: number): TurnMissed {
  return new TurnMissed(
    `Another process has held the lease "${id}" for ${waitedMs} ms. It is busy or hangs; try again.`,
  );
}
