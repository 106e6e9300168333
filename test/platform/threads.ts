/** Threads that are started while something is done, for tests in which one of them dies. */

import type { Worker } from 'node:worker_threads';

export async function threadsOf(work: () => Promise<unknown>): Promise<readonly Worker[]> {
  const threads: Worker[] = [];
  const note = (thread: Worker) => threads.push(thread);
  process.on('worker', note);
  try {
    await work();
  } finally {
    process.off('worker', note);
  }
  return threads;
}
