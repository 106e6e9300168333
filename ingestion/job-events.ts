/**
 * Live progress: whoever watches a job gets its latest state, whichever process works on it; a slow watcher skips
 * what came in between. Messages are a courtesy, the graph is the truth: whoever watches a job of another process
 * looks there from time to time as well, and more often while no messages come through.
 */

import { EventEmitter } from 'node:events';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { IngestionStep } from '../model/jobs.ts';
import type { Channel } from '../platform/channel.ts';

export interface JobEvents {
  /** Says that something about the job changed; `step` is the one it entered. */
  publish(jobId: string, step: IngestionStep | null): void;
  /** Yields when something changed, or may have, since the last turn, until `signal` aborts. */
  changes(jobId: string, signal: AbortSignal): AsyncIterable<void>;
  /** The step most recently entered, as far as this process has heard. */
  stepOf(jobId: string): IngestionStep | null;
}

/** Watchers of one job before Node warns of a leak; there is no bound to how many may watch. */
const WATCHERS_UNBOUNDED = 0;
/** Jobs whose step is known, and how long a step that no message follows is believed, in ms. */
const STEPS_MAX = 10_000;
const STEP_MS_MAX = 600_000;
/** How long a watcher waits for a message before it looks by itself: with messages coming through, and without. */
const DEFAULTS = { lookEveryMs: 15_000, lookEveryMsAlone: 1_000 };

const STEPS = [
  'PARSE',
  'CHUNK',
  'EXTRACT',
  'RESOLVE',
  'EMBED',
  'WRITE',
] as const satisfies readonly IngestionStep[];
const MESSAGE = z.object({ jobId: z.string(), step: z.enum(STEPS).nullable() });

export interface JobEventsOptions extends Partial<typeof DEFAULTS> {
  /** To the other processes; without it there are none, and nobody needs to look by himself. */
  readonly channel?: Channel | null;
}

export function createJobEvents(options: JobEventsOptions = {}): JobEvents {
  const { channel = null, lookEveryMs, lookEveryMsAlone } = { ...DEFAULTS, ...options };
  const emitter = new EventEmitter();
  emitter.setMaxListeners(WATCHERS_UNBOUNDED);
  const steps = new LRUCache<string, IngestionStep>({ max: STEPS_MAX, ttl: STEP_MS_MAX });

  const note = (jobId: string, step: IngestionStep | null) => {
    if (step === null) steps.delete(jobId);
    else steps.set(jobId, step);
    emitter.emit(jobId);
  };
  channel?.listen((text) => {
    const message = readMessage(text);
    if (message !== null) note(message.jobId, message.step);
  });
  const patienceMs = () => {
    if (channel === null) return null;
    return channel.isConnected() ? lookEveryMs : lookEveryMsAlone;
  };

  return {
    publish: (jobId, step) => {
      note(jobId, step);
      channel?.publish(JSON.stringify({ jobId, step }));
    },
    changes: (jobId, signal) => coalesced(emitter, jobId, { patienceMs, signal }),
    stepOf: (jobId) => steps.get(jobId) ?? null,
  };
}

/** Null for what a process of another version may say. */
function readMessage(text: string): z.infer<typeof MESSAGE> | null {
  try {
    return MESSAGE.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

interface Watching {
  /** How long to wait for an event before it counts as one; null for ever. */
  readonly patienceMs: () => number | null;
  readonly signal: AbortSignal;
}

/** Counts what happened while the watcher was away as one change. */
async function* coalesced(
  emitter: EventEmitter,
  event: string,
  { patienceMs, signal }: Watching,
): AsyncGenerator<void> {
  let pending = false;
  let wake = () => {};
  const note = () => {
    pending = true;
    wake();
  };
  emitter.on(event, note);
  signal.addEventListener('abort', note, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    while (!signal.aborted) {
      const ms = patienceMs();
      if (!pending && ms !== null) timer = setTimeout(note, ms);
      if (!pending) await new Promise<void>((resolve) => (wake = resolve));
      clearTimeout(timer);
      pending = false;
      if (!signal.aborted) yield;
    }
  } finally {
    clearTimeout(timer);
    emitter.off(event, note);
    signal.removeEventListener('abort', note);
  }
}
