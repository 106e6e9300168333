/**
 * The reconciler: compares the jobs in the graph with the queue, which may have lost some, and queues what somebody
 * should be working on. Pushing what waits already changes nothing, so it need not know what the queue has.
 */

import type { Log } from '../platform/log.ts';
import { pause } from '../platform/pause.ts';
import type { Queue } from '../platform/queue/queue.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { sealJobs, unfinishedJobs } from '../stores/graph/statements/jobs.ts';

const DEFAULTS = {
  /** How often it looks, in ms. */
  everyMs: 10_000,
  /** A job to which nothing was added for this long lost whoever filled it, in ms. */
  abandonedAfterMs: 120_000,
};
/** Jobs queued at once, the oldest first; the next look finds the others. */
const JOBS_MAX = 5_000;

export interface ReconcilerOptions extends Partial<typeof DEFAULTS> {
  readonly graph: GraphStore;
  readonly queue: Queue;
  readonly now: () => Date;
  readonly log: Log;
}

export interface Reconciler {
  readonly name: string;
  /** Looks at once and from time to time, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { graph, queue, now, log, everyMs, abandonedAfterMs } = { ...DEFAULTS, ...options };

  const reconcile = async () => {
    const abandonedBefore = new Date(now().getTime() - abandonedAfterMs).toISOString();
    const jobs = await graph.read(unfinishedJobs(abandonedBefore, JOBS_MAX));
    const abandoned = jobs.filter(({ open }) => open).map(({ id }) => id);
    if (abandoned.length > 0) await graph.write([sealJobs(abandoned)]);
    if (jobs.length > 0) await queue.push(jobs.map(({ id }) => id));
  };
  return {
    name: 'reconciler',
    run: async (signal) => {
      while (!signal.aborted) {
        await reconcile().catch((error: unknown) => log.warn({ error }, 'Jobs could not be reconciled now.'));
        await pause(everyMs, signal);
      }
    },
  };
}
