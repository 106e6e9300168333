/** Live progress: whoever watches a job gets its latest state; a slow watcher skips what came in between. */

import { EventEmitter } from 'node:events';
import type { IngestionStep } from '../model/jobs.ts';

export interface JobEvents {
  /** Says that something about the job changed; `step` is the one it entered. */
  publish(jobId: string, step: IngestionStep | null): void;
  /** Yields when something changed since the last turn, until `signal` aborts. */
  changes(jobId: string, signal: AbortSignal): AsyncIterable<void>;
  /** The step most recently entered, where this process works on the job. */
  stepOf(jobId: string): IngestionStep | null;
}

/** Watchers of one job before Node warns of a leak; there is no bound to how many may watch. */
const WATCHERS_UNBOUNDED = 0;

export function createJobEvents(): JobEvents {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(WATCHERS_UNBOUNDED);
  const steps = new Map<string, IngestionStep>();
  return {
    publish: (jobId, step) => {
      if (step === null) steps.delete(jobId);
      else steps.set(jobId, step);
      emitter.emit(jobId);
    },
    changes: (jobId, signal) => coalesced(emitter, jobId, signal),
    stepOf: (jobId) => steps.get(jobId) ?? null,
  };
}

/** Counts what happened while the watcher was away as one change. */
async function* coalesced(emitter: EventEmitter, event: string, signal: AbortSignal): AsyncGenerator<void> {
  let pending = false;
  let wake = () => {};
  const note = () => {
    pending = true;
    wake();
  };
  emitter.on(event, note);
  signal.addEventListener('abort', note, { once: true });
  try {
    while (!signal.aborted) {
      if (!pending) await new Promise<void>((resolve) => (wake = resolve));
      pending = false;
      if (!signal.aborted) yield;
    }
  } finally {
    emitter.off(event, note);
    signal.removeEventListener('abort', note);
  }
}
