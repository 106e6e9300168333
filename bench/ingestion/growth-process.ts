/**
 * A process that takes a set of passages many times in one streamed upload and tells its memory on the way. Keys and
 * names are others each time, so that nothing is recognised: the graph grows as it would by other passages.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../cli/client.ts';
import { type BenchPassage, readQuestionSet } from '../question-set.ts';
import { jobDone, startApp } from '../running-app.ts';

export interface GrowthStep {
  readonly passages: number;
  /** Resident memory, in bytes. */
  readonly rss: number;
  /** Highest resident memory so far, in bytes. */
  readonly peak: number;
  /** Of JavaScript's objects, in bytes. */
  readonly heap: number;
  /** With the last: what a process needs more that opens this graph and nothing else, in bytes. */
  readonly graphBytes?: number;
}

const POLL_MS = 100;
const PROGRESS = 'query BenchProgress($id: ID!) { ingestionJob(id: $id) { progress { documentsDone } } }';

const [data = '', times = '2'] = process.argv.slice(2);
const { passages } = readQuestionSet(data);
const total = passages.length * Number(times);
const running = await startApp({ TRELLIS_UPLOAD_BYTES_MAX: String(10 ** 10) });
tell(0);
const { jobId } = await running.client.upload(
  { collection: 'growth' },
  'application/jsonl',
  ReadableStream.from(lines()),
);
if (jobId === null) throw new Error('nothing was accepted');
const finished = new AbortController();
const watching = watch(running.client, jobId, finished.signal);
await jobDone(running.client, jobId).finally(() => finished.abort());
await watching;
await running.app.close();
tell(total, await graphBytes());
await rm(running.directory, { recursive: true, force: true });
process.disconnect();

function tell(count: number, graph?: number): void {
  const { rss, heapUsed } = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS * 1_024;
  const step: GrowthStep = { passages: count, rss, peak, heap: heapUsed };
  process.send?.(graph === undefined ? step : { ...step, graphBytes: graph });
}

/** Tells the memory each time that the set has gone through once more. */
async function watch(client: Client, id: string, until: AbortSignal): Promise<void> {
  for (let told = 0; !until.aborted; ) {
    const { ingestionJob } = await client.run<{
      readonly ingestionJob: { readonly progress: { readonly documentsDone: number } };
    }>(PROGRESS, { id });
    const reached = Math.floor(ingestionJob.progress.documentsDone / passages.length);
    if (reached > told) tell(reached * passages.length);
    told = Math.max(told, reached);
    await delay(POLL_MS);
  }
}

async function graphBytes(): Promise<number> {
  const child = fork(new URL('./graph-process.ts', import.meta.url), [running.directory]);
  const [[bytes]] = await Promise.all([once(child, 'message') as Promise<[number]>, once(child, 'exit')]);
  return bytes;
}

function* lines(): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let copy = 0; copy < Number(times); copy++) {
    for (const passage of passages) yield encoder.encode(`${JSON.stringify(renamed(passage, copy))}\n`);
  }
}

/** Every capitalised word gets an ending of its own copy, so that names are names and none of them is known. */
function renamed({ id, title = '', text }: BenchPassage, copy: number) {
  const ending = copy === 0 ? '' : `${letter(copy)}${letter(copy >> 4)}`;
  const rename = (words: string) => words.replaceAll(/\p{Lu}\p{Ll}{2,}/gu, (word) => word + ending);
  return { key: `${id}-${copy}`, title: rename(title), content: rename(text) };
}

function letter(number: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + (number & 15));
}
