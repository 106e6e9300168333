/**
 * The recipe: what becomes of a batch of submissions. Every step may be run again: after a crash the batch is
 * simply begun anew, and ids that are hashes make the second time the same as the first.
 */

import type { DocumentRecord, JsonObject } from '../model/documents.ts';
import { contentHash } from '../model/ids.ts';
import type { IngestionStep } from '../model/jobs.ts';
import type { Knowledge } from '../model/knowledge.ts';
import { invariant, toProblem } from '../platform/errors.ts';
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
import type { VectorStore } from '../stores/vectors/vector-store.ts';
import type { Embedder } from '../text/embedder.ts';
import type { Extractor } from '../text/extractor.ts';
import type { MediaType } from '../text/parser.ts';
import type { Analysis } from './analysis.ts';
import type { ReadDocument } from './analysis.worker.ts';
import type { Alone, Exclusive } from './exclusive.ts';
import { embedPassages } from './steps/embed.ts';
import { extractKnowledge, joinExtractions } from './steps/extract.ts';
import {
  type Abandoned,
  compareVersions,
  type NewVersion,
  type VersionChange,
  writeAhead,
  writeVersions,
} from './steps/write.ts';
import { unique } from './unique.ts';

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
  const contents = await tools.content.get(submissions.map(({ contentHash: hash }) => ({ tenant, hash })));
  const outcomes = await tools.analysis.read(
    submissions.map(({ documentId, key, title, mediaType }, at) => ({
      documentId,
      key,
      title,
      mediaType: mediaType as MediaType,
      bytes: contents[at] ?? new Uint8Array(),
    })),
  );
  const read: { readonly submission: Submission; readonly document: ReadDocument }[] = [];
  const failures: (FailedSubmission & { readonly documentId: string })[] = [];
  for (const [at, submission] of submissions.entries()) {
    const outcome = outcomes[at];
    if (outcome === undefined) continue;
    if ('chunks' in outcome) read.push({ submission, document: outcome });
    else failures.push({ id: submission.id, documentId: submission.documentId, ...outcome });
  }
  const understood = await askModel(tools, jobId, read, failures, signal);
  tools.onStep(jobId, 'RESOLVE');
  const versions = await resolveBatch(tools, tenant, understood);
  const ahead = await indexAhead(tools, tenant, jobId, versions, signal);
  return { tenant, jobId, versions, ahead, failures };
}

type ReadSubmission = { readonly submission: Submission; readonly document: ReadDocument };

/** The model's findings beside those of the rules. A model that stays away fails the document, which can be replayed. */
async function askModel(
  tools: BatchTools,
  jobId: string,
  read: readonly ReadSubmission[],
  failures: (FailedSubmission & { readonly documentId: string })[],
  signal: AbortSignal,
): Promise<readonly ReadSubmission[]> {
  if (tools.modelExtractor === null) return read;
  tools.onStep(jobId, 'EXTRACT');
  const extractor = tools.modelExtractor(jobId);
  const asked: ReadSubmission[] = [];
  for (const { submission, document } of read) {
    try {
      const found = await extractKnowledge(extractor, document.title, document.chunks, signal);
      asked.push({
        submission,
        document: { ...document, extractions: joinExtractions(document.extractions, found) },
      });
    } catch (error) {
      if (signal.aborted) throw error;
      const { code, message } = toProblem(error);
      failures.push({ id: submission.id, documentId: submission.documentId, step: 'EXTRACT', code, message });
    }
  }
  return asked;
}

async function resolveBatch(
  tools: BatchTools,
  tenant: string,
  read: readonly ReadSubmission[],
): Promise<PreparedBatch['versions']> {
  const knowledge = await tools.analysis.resolve(
    read.map(({ submission, document }) => ({
      tenant,
      chunks: document.chunks,
      extractions: document.extractions,
      knowledge: submission.knowledge === null ? null : (JSON.parse(submission.knowledge) as Knowledge),
    })),
  );
  return read.map(({ submission, document }, at) => {
    const text = new Uint8Array(Buffer.from(document.text, 'utf16le'));
    return {
      submission,
      text,
      document: toDocument(submission, document.title, contentHash(text), tools.now().toISOString()),
      chunks: document.chunks,
      knowledge: knowledge[at] ?? [],
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

/** Embeds and indexes what the graph does not have yet; gives the chunks' ids. */
async function indexAhead(
  tools: BatchTools,
  tenant: string,
  jobId: string,
  versions: readonly SubmittedVersion[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const change = await compareVersions(tools.graph, await noteRetitled(tools.graph, tenant, versions));
  await indexAdded(tools, tenant, jobId, { versions, added: change.added }, signal);
  return new Set(change.added.map(({ chunk }) => chunk.id));
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
  const texts = versions.map(({ document, text }) => ({
    tenant,
    hash: document.textHash ?? '',
    bytes: text,
  }));
  await writeAhead(tools, tenant, { versions, added, vectors, texts });
}

/** Step write: makes the batch visible, but for what was deleted, cancelled or overtaken meanwhile. */
export async function writeBatch(
  tools: BatchTools,
  prepared: PreparedBatch,
  signal: AbortSignal,
): Promise<void> {
  await tools.exclusive((alone) => writeWaiting({ ...tools, ...alone }, prepared, signal));
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
  const late = change.added.filter(({ chunk }) => !ahead.has(chunk.id));
  if (late.length > 0) await indexAdded(tools, tenant, jobId, { versions, added: late }, signal);
  tools.onStep(jobId, 'WRITE');
  await writeVersions(tools, tenant, {
    versions,
    change,
    abandoned: await abandonedOf(tools.graph, prepared, versions),
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

/** What was indexed ahead for versions that do not become visible, and that no visible one has. */
async function abandonedOf(
  graph: GraphStore,
  { tenant, versions: prepared, ahead }: PreparedBatch,
  versions: readonly SubmittedVersion[],
): Promise<Abandoned> {
  const visible = new Set(versions.map(({ submission }) => submission.id));
  const dropped = prepared.filter(({ submission }) => !visible.has(submission.id));
  if (dropped.length === 0) return { chunkIds: [], documentIds: [] };
  const droppedIds = dropped.map(({ document }) => document.id);
  const [stored, documents] = await Promise.all([
    graph.read(chunkDigests(droppedIds)),
    graph.read(documentsByIds(tenant, droppedIds)),
  ]);
  const kept = new Set([
    ...stored.map(({ chunkId }) => chunkId),
    ...versions.flatMap(({ chunks }) => chunks.map(({ id }) => id)),
  ]);
  const existing = new Set(documents.map(({ id }) => id));
  return {
    chunkIds: dropped
      .flatMap(({ chunks }) => chunks.map(({ id }) => id))
      .filter((id) => ahead.has(id) && !kept.has(id)),
    documentIds: droppedIds.filter((id) => !existing.has(id)),
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
