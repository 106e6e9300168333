/** A mirrored index on two real ones, its record in a real graph; each side can be taken away and given back. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../../../platform/errors.ts';
import { createLog } from '../../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../../../stores/graph/graph-store.ts';
import { createEmbeddedVectorStore } from '../../../../stores/vectors/embedded/embedded-vector-store.ts';
import { createGraphLedger, mirrorStep } from '../../../../stores/vectors/mirrored/graph-ledger.ts';
import { type MirrorLedger, SIDES, type SideName } from '../../../../stores/vectors/mirrored/mirror.ts';
import {
  createMirroredVectorStore,
  type MirroredVectorStore,
} from '../../../../stores/vectors/mirrored/mirrored-vector-store.ts';
import type { VectorStore } from '../../../../stores/vectors/vector-store.ts';

const HANGING_LOOKS_EVERY_MS = 10;
const detail = 'The server is gone.';
const log = createLog({ level: 'silent' });

export interface MirrorHarness {
  readonly ledger: MirrorLedger;
  /** The sides as they are, whatever is taken away from the mirror. */
  readonly sides: Readonly<Record<SideName, VectorStore>>;
  /** A mirror on them, not yet open. */
  create(options?: { readonly lookEveryMs?: number }): MirroredVectorStore;
  /** From now on whatever is asked of the side fails as a server's that is gone, or never answers. */
  takeAway(side: SideName, how?: 'GONE' | 'HANGS'): void;
  giveBack(side: SideName): void;
  /** Takes away what the side has on the disk, as a server that is set up anew. It must not be open. */
  wipe(side: SideName): Promise<void>;
  /** Notes that neither side is behind, as is true while both are empty. */
  beginAlike(): Promise<void>;
  tearDown(): Promise<void>;
}

/** With its record in a graph that others open and close, or in one of its own. */
export async function mirrorOnEmbedded(others?: () => GraphStore): Promise<MirrorHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-sides-'));
  const sideAt = (name: SideName) => createEmbeddedVectorStore({ directory: join(directory, name), log });
  const remove = (path: string) => rm(path, { recursive: true, force: true });
  const harness = await mirrorOn(sideAt, others);
  return {
    ...harness,
    get sides() {
      return harness.sides;
    },
    wipe: (side) => remove(join(directory, side)),
    tearDown: async () => {
      await harness.tearDown();
      await remove(directory);
    },
  };
}

export async function mirrorOn(
  sideAt: (name: SideName) => VectorStore,
  others?: () => GraphStore,
): Promise<Omit<MirrorHarness, 'wipe'>> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-mirror-'));
  const own = createEmbeddedGraphStore({ directory, log });
  if (others === undefined) await own.open();
  const graphNow = others ?? (() => own);
  const ledger = createGraphLedger({
    read: (...given) => graphNow().read(...given),
    write: (...given) => graphNow().write(...given),
  });
  const away = new Map<SideName, 'GONE' | 'HANGS'>();
  let sides = { primary: sideAt('primary'), standby: sideAt('standby') };
  return {
    ledger,
    get sides() {
      return sides;
    },
    create: (options = {}) => {
      sides = { primary: sideAt('primary'), standby: sideAt('standby') };
      const [primary, standby] = SIDES.map((name) => breakable(sides[name], () => away.get(name) ?? null));
      if (primary === undefined || standby === undefined) throw new Error('there are two sides');
      return createMirroredVectorStore({
        primary,
        standby,
        ledger,
        log,
        ...options,
      });
    },
    takeAway: (side, how = 'GONE') => void away.set(side, how),
    giveBack: (side) => void away.delete(side),
    beginAlike: async () => {
      const first = await ledger.read();
      await graphNow().write([mirrorStep(first, { ...first, behind: null })]);
    },
    tearDown: async () => {
      if (others === undefined) await own.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A real store whose server may be away: then nothing reaches it. */
function breakable(store: VectorStore, state: () => 'GONE' | 'HANGS' | null): VectorStore {
  return new Proxy(store, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function' || name === 'close') return value;
      return async (...given: unknown[]) => {
        const how = state();
        const isDown = how !== null && name === 'health';
        if (isDown) return { name: 'vectors', engine: 'taken away', state: 'DOWN', latencyMs: 0, detail };
        // As a server does that is stopped and goes on.
        if (how === 'HANGS') while (state() === 'HANGS') await delay(HANGING_LOOKS_EVERY_MS);
        if (state() === null) return value.apply(target, given);
        throw new Problem('UNAVAILABLE', detail);
      };
    },
  });
}
