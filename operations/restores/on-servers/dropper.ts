/** Drops, behind everything else, what restores have left: attempts that were cut off, what was confirmed or taken back. */

import type { Log } from '../../../platform/log.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import { servedNow, servedRestoresListed } from '../../../stores/graph/statements/serving.ts';
import type { DropPlace, ListPlaces } from './place.ts';
import { change, type Kept, StandsOtherwise, toKept } from './records.ts';

/** Of all restores, those that are looked at. */
const LOOKED_AT_MAX = 100;

export interface DropperOptions {
  readonly graph: GraphStore;
  readonly drop: DropPlace;
  readonly list: ListPlaces;
  readonly log: Log;
}

export interface Dropper {
  /** Begins, unless it is at it. */
  wake(): void;
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
  const dropAll = async (): Promise<void> => {
    const [now] = await graph.read(servedNow());
    const served = [now?.namespace ?? '', now?.previous ?? null];
    const all = (await graph.read(servedRestoresListed(LOOKED_AT_MAX))).map(toKept);
    if (!lookedBehind) await dropAgain(all, served);
    lookedBehind = true;
    const left = all.filter(({ drop: names }) => names.length > 0);
    for (const kept of left)
      await dropOf(kept, served).catch((error: unknown) => {
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
