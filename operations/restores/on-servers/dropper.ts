/** Drops, behind everything else, what restores have left: attempts that were cut off, what was confirmed or taken back. */

import type { Log } from '../../../platform/log.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { lookAtRestores } from './look.ts';
import type { DropPlace, ListPlaces } from './place.ts';
import { change, type Kept, StandsOtherwise } from './records.ts';

export interface DropperOptions {
  readonly graph: GraphStore;
  readonly drop: DropPlace;
  readonly list: ListPlaces;
  readonly log: Log;
}

export interface Dropper {
  /** Begins, unless it is at it, or these restores have left nothing. Once, at first, it looks behind itself all the same. */
  wake(seen: readonly Pick<Kept, 'drop'>[]): void;
  ended(): Promise<void>;
}

export function createDropper({ graph, drop, list, log }: DropperOptions, signal: AbortSignal): Dropper {
  let dropping: Promise<void> | null = null;
  let lookedBehind = false;

  const dropOf = async (kept: Kept, served: readonly (string | null)[]): Promise<void> => {
    for (const namespace of kept.drop) {
      // Whatever a record says: what is served, or kept, is not dropped.
      if (served.includes(namespace) || signal.aborted) continue;
      await drop(namespace, signal);
      log.info({ restore: kept.id, namespace }, 'What a restore no longer needs is gone.');
    }
    const gone = [...new Set([...kept.gone, ...kept.drop])];
    if (!signal.aborted) await graph.write([change(kept, {}, { drop: [], gone })]);
  };
  /** A process that was taken for dead may have written once more to what was dropped behind its back. */
  const dropAgain = async (all: readonly Kept[], served: readonly (string | null)[]): Promise<void> => {
    const gone = new Set(all.flatMap((kept) => kept.gone));
    // What no restore of this installation has made is not touched, whoever left it.
    const again = (await list(signal)).filter((one) => gone.has(one) && !served.includes(one));
    for (const namespace of again) if (!signal.aborted) await drop(namespace, signal);
  };
  /** What is dropped is decided by a look of its own: what it was woken by may be as old as a restore takes. */
  const dropAll = async (): Promise<void> => {
    const { served: now, restores } = await lookAtRestores(graph);
    const served = [now.namespace, now.previous];
    if (!lookedBehind) await dropAgain(restores, served);
    lookedBehind = true;
    for (const kept of restores.filter(hasLeft))
      await dropOf(kept, served).catch((error: unknown) => {
        // One that has changed meanwhile is looked at again.
        if (!(error instanceof StandsOtherwise)) throw error;
      });
  };

  return {
    wake: (seen) => {
      if (lookedBehind && !seen.some(hasLeft)) return;
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

function hasLeft({ drop }: Pick<Kept, 'drop'>): boolean {
  return drop.length > 0;
}
