/**
 * Whether the index that answers is behind the graph, as it is while it is rebuilt: then what words and vectors find is
 * not all. Looked at from time to time, beside the searches, so that none of them pays for it.
 */

import type { Log } from '../platform/log.ts';
import { pause } from '../platform/pause.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { indexState } from '../stores/graph/statements/knowledge.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';

const LOOK_EVERY_MS = 1_000;

export interface IndexWatchOptions {
  readonly graph: GraphStore;
  readonly vectors: VectorStore;
  readonly log: Log;
  readonly everyMs?: number;
}

export interface IndexWatch {
  isBehind(): boolean;
  /** Looks once, and then from time to time. The stores are open. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export function createIndexWatch({
  graph,
  vectors,
  log,
  everyMs = LOOK_EVERY_MS,
}: IndexWatchOptions): IndexWatch {
  const stopping = new AbortController();
  let behind = false;
  let running: Promise<void> = Promise.resolve();

  const look = async () => {
    // The graph first: what is written in between takes the index ahead of this number, never behind it.
    const [wanted = 0] = await graph.read(indexState());
    behind = (await vectors.revision()) < wanted;
  };
  const lookOn = async () => {
    while (!stopping.signal.aborted) {
      await pause(everyMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await look().catch((error: unknown) =>
        log.debug({ error }, 'How far the indexes are could not be seen now.'),
      );
    }
  };

  return {
    isBehind: () => behind,
    start: async () => {
      await look();
      running = lookOn();
    },
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}
