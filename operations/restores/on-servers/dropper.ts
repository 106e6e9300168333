/** Drops, behind everything else, what restores have left: attempts that were cut off, what was confirmed or taken back. */

import type { Log } from '../../../platform/log.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { servedNow, servedRestoresListed } from '../../../stores/graph/statements/serving.ts';
import type { DropPlace } from './place.ts';
import { change, type Kept, StandsOtherwise, toKept } from './records.ts';

/** Of all restores, those that are looked at. */
const LOOKED_AT_MAX = 100;

export interface DropperOptions {
  readonly graph: GraphStore;
  readonly drop: DropPlace;
  readonly log: Log;
}

export interface Dropper {
  /** Begins, unless it is at it. */
  wake(): void;
  ended(): Promise<void>;
}

export function createDropper({ graph, drop, log }: DropperOptions, signal: AbortSignal): Dropper {
  let dropping: Promise<void> | null = null;

  const dropOf = async (kept: Kept, served: readonly (string | null)[]): Promise<void> => {
    for (const namespace of kept.drop) {
      // Whatever a record says: what is served, or kept, is not dropped.
      if (served.includes(namespace) || signal.aborted) continue;
      await drop(namespace, signal);
      log.info({ restore: kept.id, namespace }, 'What a restore no longer needs is gone.');
    }
    if (!signal.aborted) await graph.write([change(kept, {}, { drop: [] })]);
  };
  const dropAll = async (): Promise<void> => {
    const [served] = await graph.read(servedNow());
    const all = (await graph.read(servedRestoresListed(LOOKED_AT_MAX))).map(toKept);
    const left = all.filter(({ drop: names }) => names.length > 0);
    for (const kept of left)
      await dropOf(kept, [served?.namespace ?? '', served?.previous ?? null]).catch((error: unknown) => {
        // One that has changed meanwhile is looked at again.
        if (!(error instanceof StandsOtherwise)) throw error;
      });
  };

  return {
    wake: () => {
      dropping ??= dropAll()
        .catch((error: unknown) => {
          if (!signal.aborted)
            log.warn({ error }, 'What restores have left could not be dropped; it is tried again.');
        })
        .finally(() => {
          dropping = null;
        });
    },
    ended: async () => {
      await dropping;
    },
  };
}
