/**
 * Two stores that hold the same, so that either can answer. Every change goes to both; one that misses a change is noted
 * as behind before the change is acknowledged, and is not asked until it has been brought up again (`ingestion/mirror`).
 */

import type { EmbedderIdentity } from '../../../model/embedding.ts';
import { atMost } from '../../../platform/at-most.ts';
import { toProblem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import { createStandbyReadCounter, type StandbyReadCounter } from '../../standby-reads.ts';
import type { VectorStore } from '../vector-store.ts';
import { changeBoth } from './change-both.ts';
import { lookThroughBoth } from './look-through-both.ts';
import { type Mirror, type MirrorLedger, type MirrorState, SIDES } from './mirror.ts';
import { mirrorHealth } from './mirror-health.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { createSide, isAway, type Side } from './side.ts';

export interface MirroredOptions {
  readonly primary: VectorStore;
  readonly standby: VectorStore;
  readonly ledger: MirrorLedger;
  readonly log: Log;
  /** How often the sides, and what is noted of them, are looked at, in ms. */
  readonly lookEveryMs?: number;
}

export type MirroredVectorStore = VectorStore & { readonly mirror: Mirror };

const LOOK_EVERY_MS = 1_000;
/** A search that one side has not answered after this, in ms, is asked of the other. */
const SEARCH_MS = 2_000;
/** How long a start waits for the second side once the first is open, in ms. */
const OPEN_MS_MAX = 5_000;

export function createMirroredVectorStore(options: MirroredOptions): MirroredVectorStore {
  const { primary, standby, ledger, log, lookEveryMs = LOOK_EVERY_MS } = options;
  const sides = {
    primary: createSide('primary', primary, log),
    standby: createSide('standby', standby, log),
  };
  const standbyReads = createStandbyReadCounter();
  const tools = createTools(sides, ledger, standbyReads);
  const { read } = tools;
  const quick = { timeoutMs: SEARCH_MS };
  let timer: NodeJS.Timeout | undefined;
  const lookAround = () =>
    Promise.all([tools.look().catch(() => undefined), ...SIDES.map((name) => sides[name].look())]);

  return {
    mirror: {
      sides: { primary, standby },
      ledger,
      isUp: (side) => sides[side].isUp(),
      known: () => (tools.known().epoch < 0 ? null : tools.known()),
      standbyReads,
    },
    open: async (embedder) => {
      await openEither(sides, embedder, log);
      timer ??= setInterval(() => void lookAround(), lookEveryMs).unref();
    },
    ...changeBoth(tools),
    ...lookThroughBoth(tools),
    searchDense: (queries, boundary, signal, index) =>
      read((store, bound) => store.searchDense(queries, boundary, bound, index), { ...quick, signal }),
    searchKeyword: (queries, boundary, signal) =>
      read((store, bound) => store.searchKeyword(queries, boundary, bound), { ...quick, signal }),
    countPhrases: (phrases, inside, limit, signal) =>
      read((store, bound) => store.countPhrases(phrases, inside, limit, bound), { ...quick, signal }),
    matching: (documentIds, boundary) => read((store) => store.matching(documentIds, boundary), quick),
    vectors: (chunkIds, tenant, index) => read((store) => store.vectors(chunkIds, tenant, index), quick),
    missingVectors: (page, index) => read((store) => store.missingVectors(page, index)),
    size: (index) => read((store) => store.size(index)),
    revision: (index) => read((store) => store.revision(index), quick),
    current: () => read((store) => store.current(), quick),
    indexes: () => read((store) => store.indexes(), quick),
    health: () => mirrorHealth(tools),
    close: async () => {
      clearInterval(timer);
      const closed = await Promise.allSettled(SIDES.map((name) => sides[name].close()));
      for (const one of closed) if (one.status === 'rejected') throw one.reason;
    },
  };
}

function createTools(
  sides: MirrorTools['sides'],
  ledger: MirrorLedger,
  standbyReads: StandbyReadCounter,
): MirrorTools {
  let known: MirrorState = { behind: null, isFilling: false, epoch: -1, repairedAt: null };
  const keep = (state: MirrorState) => {
    // An answer that was on its way for long tells of what has been.
    if (state.epoch >= known.epoch) known = state;
    return state;
  };
  /** The primary before the standby, one that is down behind one that is not, and one that is behind last. */
  const order = () => {
    const badness = ({ name, isDown }: Side) => (known.behind === name ? 2 : 0) + (isDown() ? 1 : 0);
    return SIDES.map((name) => sides[name]).toSorted((left, right) => badness(left) - badness(right));
  };
  const look = async () => keep(await ledger.read());
  const answered = <Value>({ name }: Side, value: Value): Value => {
    const isWhole = known.behind !== name;
    if (name === 'standby' || !isWhole) standbyReads.count({ isWhole });
    return value;
  };
  return {
    sides,
    ledger,
    known: () => known,
    look,
    noteBehind: async (side) => keep(await ledger.noteBehind(side)),
    order,
    read: async (ask, { signal, timeoutMs = null } = {}) => {
      // Until it was looked at once, nobody knows which side has everything.
      if (known.epoch < 0) await look();
      const [first, second] = order();
      if (first === undefined || second === undefined) throw new Error('a mirror has two sides');
      try {
        // Slow is better than nothing, so only where the other has everything is it asked instead.
        const hasOther = known.behind === null && !second.isDown();
        return answered(first, await first.read(ask, { signal, timeoutMs: hasOther ? timeoutMs : null }));
      } catch (error) {
        if (signal?.aborted) throw toProblem(error);
        if (!isAway(error)) throw error;
        const value = await second.read(ask, { signal, timeoutMs: null }).catch((cause: unknown) => {
          throw isAway(cause) ? error : cause;
        });
        return answered(second, value);
      }
    },
  };
}

/** One that cannot be opened now, or not soon, is opened later, as long as the other one can. */
async function openEither(
  sides: MirrorTools['sides'],
  embedder: EmbedderIdentity | null,
  log: Log,
): Promise<void> {
  const opening = SIDES.map((name) =>
    sides[name].open(embedder).catch((error: unknown) => {
      log.warn({ side: name, error }, 'The side of the search index cannot be opened now; tried again.');
      throw error;
    }),
  );
  await Promise.any(opening).catch((errors: AggregateError) => {
    throw errors.errors[0];
  });
  await atMost(OPEN_MS_MAX, Promise.allSettled(opening));
}
