/**
 * The recipe: what becomes of a batch of submissions. Every step may be run again: after a crash the batch is
 * simply begun anew, and ids that are hashes make the second time the same as the first.
 */

import type { DocumentRecord, JsonObject } from '../model/documents.ts';
import { contentHash } from '../model/ids.ts';
import type { IngestionStep } from '../model/jobs.ts';
import type { Knowledge } from '../model/knowledge.ts';
import { invariant, toProblem } from '../platform/errors.ts';
import { pause } from '../platform/pause.ts';
import type { ContentStore } from '../stores/content/content-store.ts';
import type { GraphStore } from '../stores/graph/graph-store.ts';
import { chunkDigests } from '../stores/graph/statements/chunks.ts';
import {
  appliedSubmissions,
  documentsByIds,
  failDocuments,
  noteApplied,
} from '../stores/graph/statements/documents.ts';
import {
  addFindings,
  type FailedSubmission,
  failSubmissions,
  type Submission,
  settleSubmissions,
  submissionsWaiting,
} from '../stores/graph/statements/jobs.ts';
import { lateRemovals } from '../stores/graph/statements/removals.ts';
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedder } from '../text/embedder.ts';
import type { Extractor } from '../text/extractor.ts';
import type { MediaType } from '../text/parser.ts';
import type { Analysis } from './analysis.ts';
import type { ReadDocument } from './analysis.worker.ts';
import type { Alone, Exclusive } from './exclusive.ts';
import { contentsOf } from './removals.ts';
import { EmbedFailure, embedPassages } from './steps/embed.ts';
import { extractKnowledge, joinExtractions } from './steps/extract.ts';
import { type BaseKnowledge, findReusable } from './steps/reuse.ts';
import {
  type Abandoned,
  compareVersions,
  type NewVersion,
  Overtaken,
  type VersionChange,
  type WrittenKnowledge,
  writeAhead,
  writeVersions,
} from './steps/write.ts';
import { unique } from './unique.ts';

/** Looks for content that is missing, and the time between two, in ms. */
const LOOKS_MAX = 3;
const LOOK_AGAIN_MS = 300;

export interface BatchTools {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
  readonly analysis: Analysis;
  readonly embedder: Embedder;
  /** Asks a model beside the rules, where one is configured. */
  readonly modelExtractor: ((jobId: string) => Extractor) | null;
  readonly exclusive: Exclusive;
  readonly now: () => Date;
  /** Told the step that a job enters. */
  readonly onStep: (jobId: string, step: IngestionStep) => void;
}

/** A batch that was read and understood, and is not written yet. */
export interface PreparedBatch {
  readonly tenant: string;
  readonly jobId: string;
  readonly versions: readonly SubmittedVersion[];
  /** Chunks that are in the indexes already, and not yet in the graph. */
  readonly ahead: ReadonlySet<string>;
  /** How often removals had been done late before that: once more, and chunks of `ahead` may have gone with them. */
  readonly lateRemovals: number;
  readonly failures: readonly (FailedSubmission & { readonly documentId: string })[];
}

type SubmittedVersion = NewVersion & { readonly submission: Submission; readonly text: Uint8Array };

/** Steps parse, chunk, extract, resolve and embed: all that no reader can see. */
export async function prepareBatch(
  tools: BatchTools,
  submissions: readonly Submission[],
  signal: AbortSignal,
): Promise<PreparedBatch> {
  const [first] = submissions;
  invariant(first, 'a batch has submissions');
  const { tenant, jobId } = first;
  tools.onStep(jobId, 'PARSE');
  const { read, failures } = await readBatch(tools, tenant, submissions, signal);
  const understood = await askModel(tools, jobId, read, failures, signal);
  tools.onStep(jobId, 'RESOLVE');
  const resolved = await resolveBatch(tools, understood);
  const [late = 0] = await tools.graph.read(lateRemovals());
  const { versions, ahead } = await indexAhead(tools, { tenant, jobId, failures }, resolved, signal);
  return { tenant, jobId, versions, ahead, lateRemovals: late, failures };
}

type ReadSubmission = { readonly submission: Submission; readonly document: ReadDocument };
type Failures = (FailedSubmission & { readonly documentId: string })[];

/** Each document with its text, cut and read by the rules; what cannot be read fails alone. */
async function readBatch(
  tools: BatchTools,
  tenant: string,
  submissions: readonly Submission[],
  signal: AbortSignal,
): Promise<{ readonly read: readonly ReadSubmission[]; readonly failures: Failures }> {
  const contents = await contentsOfBatch(tools, tenant, submissions, signal);
  const present = submissions.flatMap((submission, at) => {
    const bytes = contents[at] ?? null;
    return bytes === null ? [] : [{ submission, bytes }];
  });
  const outcomes = await tools.analysis.read(
    present.map(({ submission: { documentId, key, title, mediaType }, bytes }) => ({
      documentId,
      key,
      title,
      mediaType: mediaType as MediaType,
      bytes,
    })),
  );
  const read: ReadSubmission[] = [];
  const failures = submissions.filter((_, at) => (contents[at] ?? null) === null).map(toMissing);
  for (const [at, { submission }] of present.entries()) {
    const outcome = outcomes[at];
    if (outcome === undefined) continue;
    if ('chunks' in outcome) read.push({ submission, document: outcome });
    else failures.push({ id: submission.id, documentId: submission.documentId, ...outcome });
  }
  return { read, failures };
}

/** Looks again where one is missing: whoever takes documents in may just be putting it back. */
async function contentsOfBatch(
  { content }: BatchTools,
  tenant: string,
  submissions: readonly Submission[],
  signal: AbortSignal,
): Promise<readonly (Uint8Array | null)[]> {
  for (let look = 1; ; look++) {
    const contents = await content.get(submissions.map(({ contentHash: hash }) => ({ tenant, hash })));
    if (look === LOOKS_MAX || !contents.includes(null)) return contents;
    await pause(LOOK_AGAIN_MS, signal);
  }
}

/** Never to be seen: what was acknowledged is in the content store. */
function toMissing({ id, documentId, contentHash: hash }: Submission): Failures[number] {
  return {
    id,
    documentId,
    step: 'PARSE',
    code: 'INTERNAL',
    message: `The content ${hash} of this document is missing from the content store. Restore the store, or send the document again.`,
  };
}

/** A document that was read, with what is known of it without asking a model again. */
interface Understood extends ReadSubmission {
  /** One a chunk, in order; null where no model is asked. */
  readonly base: readonly BaseKnowledge[] | null;
}

/**
 * The model's findings beside those of the rules, for the chunks that the graph does not have as they are. A model that
 * stays away fails the document, which can be replayed.
 */
async function askModel(
  tools: BatchTools,
  jobId: string,
  read: readonly ReadSubmission[],
  failures: Failures,
  signal: AbortSignal,
): Promise<readonly Understood[]> {
  if (tools.modelExtractor === null) return read.map((one) => ({ ...one, base: null }));
  tools.onStep(jobId, 'EXTRACT');
  const extractor = tools.modelExtractor(jobId);
  const bases = await findReusable(tools, read.map(toResolve));
  const asked: Understood[] = [];
  for (const [at, { submission, document }] of read.entries()) {
    const base = bases[at] ?? [];
    try {
      asked.push({ submission, document: await askAbout(extractor, document, base, signal), base });
    } catch (error) {
      if (signal.aborted) throw error;
      const { code, message } = toProblem(error);
      failures.push({ id: submission.id, documentId: submission.documentId, step: 'EXTRACT', code, message });
    }
  }
  return asked;
}

async function askAbout(
  extractor: Extractor,
  document: ReadDocument,
  base: readonly BaseKnowledge[],
  signal: AbortSignal,
): Promise<ReadDocument> {
  const isNew = document.chunks.map((_, at) => (base[at]?.stored ?? null) === null);
  const chunks = document.chunks.filter((_, at) => isNew[at]);
  const found = [...(await extractKnowledge(extractor, document.title, chunks, signal))];
  const extractions = document.extractions.map((extraction, at) =>
    isNew[at] ? (joinExtractions([extraction], found.splice(0, 1))[0] ?? extraction) : extraction,
  );
  return { ...document, extractions };
}

function toResolve({ submission, document }: ReadSubmission) {
  return {
    tenant: submission.tenant,
    documentId: submission.documentId,
    chunks: document.chunks,
    extractions: document.extractions,
    knowledge: submission.knowledge === null ? null : (JSON.parse(submission.knowledge) as Knowledge),
  };
}

async function resolveBatch(
  tools: BatchTools,
  read: readonly Understood[],
): Promise<readonly SubmittedVersion[]> {
  const knowledge = await tools.analysis.resolve(read.map(toResolve));
  return read.map(({ submission, document, base }, at) => {
    const text = new Uint8Array(Buffer.from(document.text, 'utf16le'));
    return {
      submission,
      text,
      document: toDocument(submission, document.title, contentHash(text), tools.now().toISOString()),
      chunks: document.chunks,
      knowledge: (knowledge[at] ?? []).map((said, chunk): WrittenKnowledge => {
        const before = base?.[chunk];
        const kept = before?.stored ?? null;
        return {
          ...said,
          digest: kept ?? said.digest,
          base: before?.knowledge.digest ?? null,
          kept: kept !== null,
        };
      }),
      retitled: false,
    };
  });
}

/** Parsed text is kept as UTF-16, so that offsets of JavaScript and GraphQL clients are offsets of the file. */
function toDocument(submission: Submission, title: string, textHash: string, updatedAt: string) {
  const { documentId: id, tenant, collectionId, key, mediaType, contentHash: hash, versionHash } = submission;
  const metadata = JSON.parse(submission.metadata) as JsonObject;
  const status: DocumentRecord['status'] = 'READY';
  return {
    id,
    tenant,
    collectionId,
    key,
    title,
    mediaType,
    metadata,
    status,
    contentHash: hash,
    textHash,
    versionHash,
    updatedAt,
  };
}

type IndexedAhead = Pick<PreparedBatch, 'versions' | 'ahead'>;

/**
 * Embeds and indexes what the graph does not have yet; gives the chunks' ids. Where the embedder refuses a batch for
 * what is in it, halves of it are tried, down to the one document that is refused, and fails alone.
 */
async function indexAhead(
  tools: BatchTools,
  batch: { readonly tenant: string; readonly jobId: string; readonly failures: Failures },
  versions: readonly SubmittedVersion[],
  signal: AbortSignal,
): Promise<IndexedAhead> {
  try {
    return await indexTogether(tools, batch, versions, signal);
  } catch (error) {
    if (!(error instanceof EmbedFailure && error.refused)) throw error;
    const [only, ...others] = versions;
    if (only !== undefined && others.length === 0) {
      const { id, documentId } = only.submission;
      batch.failures.push({ id, documentId, step: 'EMBED', code: error.code, message: error.message });
      return { versions: [], ahead: new Set() };
    }
    const middle = Math.ceil(versions.length / 2);
    const left = await indexAhead(tools, batch, versions.slice(0, middle), signal);
    const right = await indexAhead(tools, batch, versions.slice(middle), signal);
    return {
      versions: [...left.versions, ...right.versions],
      ahead: new Set([...left.ahead, ...right.ahead]),
    };
  }
}

async function indexTogether(
  tools: BatchTools,
  { tenant, jobId }: { readonly tenant: string; readonly jobId: string },
  versions: readonly SubmittedVersion[],
  signal: AbortSignal,
): Promise<IndexedAhead> {
  const change = await compareVersions(tools.graph, await noteRetitled(tools.graph, tenant, versions));
  await indexAdded(tools, tenant, jobId, { versions, added: change.added }, signal);
  return { versions, ahead: new Set(change.added.map(({ chunk }) => chunk.id)) };
}

async function indexAdded(
  tools: Omit<BatchTools, 'exclusive'>,
  tenant: string,
  jobId: string,
  {
    versions,
    added,
  }: { readonly versions: readonly SubmittedVersion[]; readonly added: VersionChange['added'] },
  signal: AbortSignal,
): Promise<void> {
  tools.onStep(jobId, 'EMBED');
  const passages = added.map(({ version, chunk }) => ({ title: version.document.title, text: chunk.text }));
  const vectors = await embedPassages(tools.embedder, passages, signal);
  await writeAhead(tools, tenant, { versions, added, vectors, texts: textsOf(versions) });
}

function textsOf(versions: readonly SubmittedVersion[]) {
  return versions.map(({ document, text }) => ({
    tenant: document.tenant,
    hash: document.textHash ?? '',
    bytes: text,
  }));
}

/** Step write: makes the batch visible, but for what was deleted, cancelled or overtaken meanwhile. */
export async function writeBatch(
  tools: BatchTools,
  prepared: PreparedBatch,
  signal: AbortSignal,
): Promise<void> {
  for (let batch = prepared; ; ) {
    try {
      await tools.exclusive((alone) => writeWaiting({ ...tools, ...alone }, batch, signal));
      return;
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      const submissions = batch.versions.map(({ submission }) => submission);
      const again = await prepareBatch(tools, submissions, signal);
      batch = { ...again, failures: [...batch.failures, ...again.failures] };
    }
  }
}

/** Everything that decides what is written is read in here, where nobody else changes the index. */
async function writeWaiting(
  tools: BatchTools & Alone,
  prepared: PreparedBatch,
  signal: AbortSignal,
): Promise<void> {
  const { tenant, jobId, ahead } = prepared;
  const { settled, wanted } = await chooseWanted(tools.graph, prepared);
  const versions = await noteRetitled(tools.graph, tenant, wanted);

  const change = await compareVersions(tools.graph, versions);
  // Another batch may have changed the same documents since they were compared.
  const [removedLate = 0] = await tools.graph.read(lateRemovals());
  const isAhead = (id: string) => ahead.has(id) && removedLate === prepared.lateRemovals;
  const late = change.added.filter(({ chunk }) => !isAhead(chunk.id));
  if (late.length > 0) await indexAdded(tools, tenant, jobId, { versions, added: late }, signal);
  tools.onStep(jobId, 'WRITE');
  await writeVersions(tools, tenant, {
    versions,
    change,
    abandoned: await abandonedOf(tools.graph, prepared, versions),
    contents: textsOf(versions),
    beside: accountOf(tools, prepared, settled, versions),
  });
}

/**
 * Of a batch, what still waits, and what of it becomes visible: of several versions of a document the one that was
 * submitted last, whichever worker comes first. The others are done as well: they have been replaced.
 */
async function chooseWanted(graph: GraphStore, { versions }: PreparedBatch) {
  const [waiting, applied] = await Promise.all([
    graph.read(submissionsWaiting(versions.map(({ submission }) => submission.id))),
    graph.read(appliedSubmissions(versions.map(({ document }) => document.id))),
  ]);
  const waitingIds = new Set(waiting);
  const settled = versions.filter(({ submission }) => waitingIds.has(submission.id));
  const newest = new Map(applied.map(({ documentId, sequence }) => [documentId, sequence]));
  for (const { submission } of settled) {
    const { documentId, sequence } = submission;
    newest.set(documentId, Math.max(sequence, newest.get(documentId) ?? 0));
  }
  const wanted = settled.filter(
    ({ submission }) => newest.get(submission.documentId) === submission.sequence,
  );
  return { settled, wanted };
}

/** What was stored ahead for versions that do not become visible, and what the visible ones replace. */
async function abandonedOf(
  graph: GraphStore,
  { tenant, versions: prepared, ahead }: PreparedBatch,
  versions: readonly SubmittedVersion[],
): Promise<Abandoned> {
  const visible = new Set(versions.map(({ submission }) => submission.id));
  const dropped = prepared.filter(({ submission }) => !visible.has(submission.id));
  const droppedIds = dropped.map(({ document }) => document.id);
  const [stored, documents] = await Promise.all([
    droppedIds.length === 0 ? [] : graph.read(chunkDigests(droppedIds)),
    graph.read(documentsByIds(tenant, [...new Set(prepared.map(({ document }) => document.id))])),
  ]);
  const kept = new Set([
    ...stored.map(({ chunkId }) => chunkId),
    ...versions.flatMap(({ chunks }) => chunks.map(({ id }) => id)),
  ]);
  const existing = new Set(documents.map(({ id }) => id));
  const held = new Set(versions.flatMap(({ document }) => contentsOf(document)));
  const before = [...documents, ...dropped.map(({ document }) => document)].flatMap(contentsOf);
  return {
    chunkIds: dropped
      .flatMap(({ chunks }) => chunks.map(({ id }) => id))
      .filter((id) => ahead.has(id) && !kept.has(id)),
    documentIds: droppedIds.filter((id) => !existing.has(id)),
    hashes: before.filter((hash) => !held.has(hash)),
  };
}

/** What the job's record has to know of a batch, in the same transaction as the batch. */
function accountOf(
  tools: BatchTools,
  { jobId, failures }: PreparedBatch,
  settled: readonly SubmittedVersion[],
  versions: readonly SubmittedVersion[],
) {
  const mentioned = versions.flatMap(({ knowledge }) => knowledge.flatMap(({ entities }) => entities));
  return [
    ...settleSubmissions(settled.map(({ submission }) => submission.id)),
    ...(failures.length === 0 ? [] : failBatchStatements(failures, tools.now())),
    noteApplied(versions.map(({ submission: { documentId, sequence } }) => ({ documentId, sequence }))),
    addFindings(jobId, {
      chunks: versions.reduce((sum, { chunks }) => sum + chunks.length, 0),
      entities: unique(mentioned, ({ id }) => id).length,
    }),
  ];
}

/** Keeps what could not be indexed with the reason. What does not wait any more is left alone. */
export function failBatchStatements(failures: PreparedBatch['failures'], at: Date) {
  return [
    failDocuments(
      failures.map(({ id }) => id),
      at.toISOString(),
    ),
    ...failSubmissions(failures),
  ];
}

/** A new title stands in every posting of its document, so all of them are indexed again. */
async function noteRetitled<Version extends NewVersion>(
  graph: GraphStore,
  tenant: string,
  versions: readonly Version[],
): Promise<readonly Version[]> {
  const stored = await graph.read(
    documentsByIds(
      tenant,
      versions.map(({ document }) => document.id),
    ),
  );
  const titles = new Map(
    stored.filter(({ versionHash }) => versionHash !== null).map(({ id, title }) => [id, title]),
  );
  return versions.map((version) => {
    const before = titles.get(version.document.id);
    return { ...version, retitled: before !== undefined && before !== version.document.title };
  });
}
