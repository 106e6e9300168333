/**
 * `trellis ingest FILES… --collection NAME`. Small files travel together, large ones and record files stream.
 * Run again after an interruption: what is indexed already is recognised by key and content and left alone.
 */

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { isFinished, type JobState } from '../model/jobs.ts';
import type { Client } from './client.ts';
import type { SourceFile } from './files.ts';
import type { Progress } from './progress.ts';

/** Documents and raw bytes in one call. */
const BATCH_DOCUMENTS_MAX = 100;
const BATCH_BYTES_MAX = 4_000_000;
/** Larger files are streamed by themselves. */
const SMALL_FILE_BYTES_MAX = 2_000_000;
/** One document a record: these are streamed whatever their size. */
const RECORD_MEDIA_TYPES = ['application/jsonl', 'text/csv'];
/** Between two looks at a running job, in ms. */
const POLL_MS = 200;

export interface IngestSummary {
  readonly files: number;
  readonly documents: number;
  readonly unchanged: number;
  readonly jobs: readonly string[];
  readonly failures: readonly { readonly document: string; readonly message: string }[];
}

export interface IngestOptions {
  readonly collection: string;
  readonly progress: Progress;
}

/** Hands every file over, then waits until all of it is indexed. One bad file fails alone. */
export async function ingest(
  client: Client,
  files: readonly SourceFile[],
  options: IngestOptions,
): Promise<IngestSummary> {
  const batches = planBatches(files);
  const handedOver: HandedOver[] = [];
  let sent = 0;
  for (const batch of batches) {
    handedOver.push(await handOver(client, batch, options.collection));
    sent += batch.length;
    options.progress.update(sent, files.length, 'files handed over');
  }
  const jobs = handedOver.flatMap(({ jobId }) => (jobId === null ? [] : [jobId]));
  const finished = await awaitJobs(client, jobs, options.progress);
  options.progress.stop();
  return {
    files: files.length,
    documents: sum(handedOver.map(({ accepted }) => accepted)),
    unchanged: sum(handedOver.map(({ unchanged }) => unchanged)),
    jobs,
    failures: [...handedOver.flatMap(({ failures }) => failures), ...finished.flatMap(failuresOf)],
  };
}

/** Files that go in one call: a large file and a file of records go alone. */
function planBatches(files: readonly SourceFile[]): readonly (readonly SourceFile[])[] {
  const batches: SourceFile[][] = [];
  let open: SourceFile[] = [];
  let openBytes = 0;
  for (const file of files) {
    if (isStreamed(file)) {
      batches.push([file]);
      continue;
    }
    if (open.length === BATCH_DOCUMENTS_MAX || openBytes + file.bytes > BATCH_BYTES_MAX) {
      batches.push(open);
      open = [];
      openBytes = 0;
    }
    open.push(file);
    openBytes += file.bytes;
  }
  return open.length === 0 ? batches : [...batches, open];
}

function isStreamed(file: SourceFile): boolean {
  return file.bytes > SMALL_FILE_BYTES_MAX || RECORD_MEDIA_TYPES.includes(file.mediaType);
}

interface HandedOver {
  readonly jobId: string | null;
  readonly accepted: number;
  readonly unchanged: number;
  readonly failures: IngestSummary['failures'];
}

async function handOver(
  client: Client,
  batch: readonly SourceFile[],
  collection: string,
): Promise<HandedOver> {
  const [first] = batch;
  if (first !== undefined && isStreamed(first)) return uploadOne(client, first, collection);
  return sendTogether(client, batch, collection);
}

async function uploadOne(client: Client, file: SourceFile, collection: string): Promise<HandedOver> {
  const query = { collection, ...(RECORD_MEDIA_TYPES.includes(file.mediaType) ? {} : { key: file.key }) };
  const body = Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>;
  const receipt = await client.upload(query, file.mediaType, body);
  return {
    jobId: receipt.jobId,
    accepted: receipt.accepted,
    unchanged: 0,
    failures: receipt.rejected.map(({ message }) => ({ document: file.key, message })),
  };
}

const INGEST = `mutation CommandLineIngest($input: IngestDocumentsInput!) {
  ingestDocuments(input: $input) {
    job { id }
    accepted { outcome }
    rejected { index message }
  }
}`;

interface IngestData {
  readonly ingestDocuments: {
    readonly job: { readonly id: string } | null;
    readonly accepted: readonly { readonly outcome: string }[];
    readonly rejected: readonly { readonly index: number; readonly message: string }[];
  };
}

async function sendTogether(
  client: Client,
  batch: readonly SourceFile[],
  collection: string,
): Promise<HandedOver> {
  const documents = await Promise.all(
    batch.map(async ({ path, key, mediaType }) => ({
      key,
      mediaType,
      contentBase64: (await readFile(path)).toString('base64'),
    })),
  );
  const { ingestDocuments } = await client.run<IngestData>(INGEST, { input: { collection, documents } });
  return {
    jobId: ingestDocuments.job?.id ?? null,
    accepted: ingestDocuments.accepted.length,
    unchanged: ingestDocuments.accepted.filter(({ outcome }) => outcome === 'UNCHANGED').length,
    failures: ingestDocuments.rejected.map(({ index, message }) => ({
      document: batch[index]?.key ?? '',
      message,
    })),
  };
}

const JOB = `query CommandLineJob($id: ID!) {
  ingestionJob(id: $id) {
    id
    state
    progress { documentsDone documentsTotal step chunks entities }
    failures { key title message }
  }
}`;

interface Job {
  readonly id: string;
  readonly state: JobState;
  readonly progress: {
    readonly documentsDone: number;
    readonly documentsTotal: number;
    readonly step: string | null;
  };
  readonly failures: readonly {
    readonly key: string | null;
    readonly title: string;
    readonly message: string;
  }[];
}

/** Watches the jobs one after another, since they run in that order, and returns them as they ended. */
async function awaitJobs(
  client: Client,
  ids: readonly string[],
  progress: Progress,
): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (const id of ids) {
    for (;;) {
      const { ingestionJob: job } = await client.run<{ readonly ingestionJob: Job | null }>(JOB, { id });
      if (job === null) break;
      const { documentsDone, documentsTotal, step } = job.progress;
      progress.update(
        documentsDone,
        documentsTotal,
        `indexed, job ${jobs.length + 1} of ${ids.length} ${step ?? ''}`,
      );
      if (isFinished(job.state)) {
        jobs.push(job);
        break;
      }
      await delay(POLL_MS);
    }
  }
  return jobs;
}

function failuresOf(job: Job): IngestSummary['failures'] {
  return job.failures.map(({ key, title, message }) => ({ document: key ?? title, message }));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
