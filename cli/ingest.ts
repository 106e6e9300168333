/**
 * `trellis ingest FILES… --collection NAME`. Small files travel together, large ones and record files stream.
 * Run again after an interruption: what is indexed already is recognised by key and content and left alone.
 */

import { createReadStream } from 'node:fs';
import { access, constants, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { isFinished, type JobState } from '../model/jobs.ts';
import { Problem, type ProblemCode, toProblem } from '../platform/errors.ts';
import type { Client, UploadReceipt } from './client.ts';
import type { SourceFile } from './files.ts';
import type { IngestFailure, IngestSummary } from './ingest-summary.ts';
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

export interface IngestOptions {
  readonly collection: string;
  readonly progress: Progress;
  /** Stops handing over and waiting; what was handed over is indexed all the same. */
  readonly signal?: AbortSignal;
}

/** Hands every file over, then waits until all of it is indexed. One bad file fails alone. */
export async function ingest(
  client: Client,
  files: readonly SourceFile[],
  options: IngestOptions,
): Promise<IngestSummary> {
  const { progress, signal } = options;
  const handedOver: HandedOver[] = [];
  let sent = 0;
  try {
    for (const batch of planBatches(files)) {
      progress.update(sent, files.length, 'files handed over');
      handedOver.push(await handOver(client, batch, options.collection));
      sent += batch.length;
      progress.update(sent, files.length, 'files handed over');
    }
    const finished = await awaitJobs(client, handedOver, { progress, signal });
    return summaryOf(files, handedOver, finished);
  } catch (error) {
    throw withWayOn(error, sent, files.length, signal?.aborted === true);
  } finally {
    progress.stop();
  }
}

/** Half of it is done: whoever reads of the failure must know that the same command goes on from there. */
function withWayOn(error: unknown, sent: number, total: number, isStopped: boolean): Problem {
  const wayOn = `${sent} of ${total} files were handed over and are safe; run the same command again to go on.`;
  if (isStopped) return new Problem('CANCELLED', `Interrupted. ${wayOn}`, { cause: error });
  const { code, message, errors } = toProblem(error);
  return new Problem(code, sent === 0 ? message : `${message} ${wayOn}`, { errors, cause: error });
}

function summaryOf(
  files: readonly SourceFile[],
  handedOver: readonly HandedOver[],
  finished: readonly Job[],
): IngestSummary {
  return {
    files: files.length,
    documents: sum(handedOver.map(({ accepted }) => accepted)),
    unchanged: sum(handedOver.map(({ unchanged }) => unchanged)),
    jobs: finished.map(({ id }) => id),
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
  readonly failures: readonly IngestFailure[];
}

/** Files that this user may not read fail alone, before anything is sent. */
async function handOver(
  client: Client,
  batch: readonly SourceFile[],
  collection: string,
): Promise<HandedOver> {
  const checked = await Promise.all(batch.map(async (file) => ({ file, reason: await unreadable(file) })));
  const failures = checked.flatMap(({ file, reason }) =>
    reason === null ? [] : [{ document: file.key, message: `cannot be read (${reason})` }],
  );
  const readable = checked.filter(({ reason }) => reason === null).map(({ file }) => file);
  const [first] = readable;
  if (first === undefined) return { jobId: null, accepted: 0, unchanged: 0, failures };
  const done = isStreamed(first)
    ? await uploadOne(client, first, collection)
    : await sendTogether(client, readable, collection);
  return { ...done, failures: [...failures, ...done.failures] };
}

async function unreadable({ path }: SourceFile): Promise<string | null> {
  return access(path, constants.R_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code ?? 'unknown reason',
  );
}

async function uploadOne(client: Client, file: SourceFile, collection: string): Promise<HandedOver> {
  const query = { collection, ...(RECORD_MEDIA_TYPES.includes(file.mediaType) ? {} : { key: file.key }) };
  const body = Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>;
  try {
    const receipt = await client.upload(query, file.mediaType, body);
    return { ...receipt, failures: refusedRecords(file, receipt) };
  } catch (error) {
    // A file that the server cannot read fails alone, as it does among others in one call.
    if (!(error instanceof Problem && FAULTS_OF_THE_FILE.includes(error.code))) throw error;
    return {
      jobId: null,
      accepted: 0,
      unchanged: 0,
      failures: [{ document: file.key, message: error.message }],
    };
  }
}

/** What is wrong with one file, rather than with the request or the server. */
const FAULTS_OF_THE_FILE: readonly ProblemCode[] = [
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNPROCESSABLE_DOCUMENT',
];

function refusedRecords(
  file: SourceFile,
  { rejected, rejectedCount }: UploadReceipt,
): readonly IngestFailure[] {
  const shown = rejected.map(({ message }) => ({ document: file.key, message }));
  const more = rejectedCount - rejected.length;
  return more > 0 ? [...shown, { document: file.key, message: `${more} more records were refused` }] : shown;
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
    progress { documentsDone }
    failures { key title message }
  }
}`;

interface Job {
  readonly id: string;
  readonly state: JobState;
  readonly progress: { readonly documentsDone: number };
  readonly failures: readonly {
    readonly key: string | null;
    readonly title: string;
    readonly message: string;
  }[];
}

/** Watches the jobs one after another, since they run in that order, and returns them as they ended. */
async function awaitJobs(
  client: Client,
  handedOver: readonly HandedOver[],
  { progress, signal }: Pick<IngestOptions, 'progress'> & { readonly signal: AbortSignal | undefined },
): Promise<readonly Job[]> {
  const total = sum(handedOver.map(({ accepted, unchanged }) => accepted - unchanged));
  const jobs: Job[] = [];
  let done = 0;
  for (const { jobId } of handedOver) {
    if (jobId === null) continue;
    const job = await awaitJob(client, jobId, {
      onProgress: (documents) => progress.update(done + documents, total, 'documents indexed'),
      signal,
    });
    done += job.progress.documentsDone;
    jobs.push(job);
  }
  return jobs;
}

async function awaitJob(
  client: Client,
  id: string,
  options: { readonly onProgress: (documents: number) => void; readonly signal: AbortSignal | undefined },
): Promise<Job> {
  for (;;) {
    const { ingestionJob: job } = await client.run<{ readonly ingestionJob: Job | null }>(JOB, { id });
    if (job === null) throw new Problem('NOT_FOUND', `The server no longer knows the job ${id}.`);
    options.onProgress(job.progress.documentsDone);
    if (isFinished(job.state)) return job;
    await delay(POLL_MS, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

function failuresOf(job: Job): readonly IngestFailure[] {
  const failures = job.failures.map(({ key, title, message }) => ({ document: key ?? title, message }));
  return job.state === 'CANCELLED'
    ? [...failures, { document: job.id, message: 'the job was cancelled' }]
    : failures;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
