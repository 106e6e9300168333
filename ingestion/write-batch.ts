/** The end of the recipe: a batch becomes visible, and its job is told. */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import { noteBroughtBack } from '../stores/graph/statements/archives.ts';
import { chunkDigests } from '../stores/graph/statements/chunks.ts';
import { chunksExisting } from '../stores/graph/statements/consistency.ts';
import { deleteNeverIndexed } from '../stores/graph/statements/dead-letters.ts';
import {
  appliedSubmissions,
  documentsByIds,
  failDocuments,
  noteApplied,
} from '../stores/graph/statements/documents.ts';
import { addFindings } from '../stores/graph/statements/jobs.ts';
import { putSealings } from '../stores/graph/statements/privacy.ts';
import { lateRemovals } from '../stores/graph/statements/removals.ts';
import {
  failSubmissions,
  settleSubmissions,
  submissionsWaiting,
} from '../stores/graph/statements/submissions.ts';
import { asTheyAreNow } from './as-they-are-now.ts';
import type { BatchTools, PreparedBatch, SubmittedVersion } from './batch.ts';
import { mendChunks, mendFacts } from './consistency/mend-index.ts';
import type { Alone } from './exclusive.ts';
import { indexAdded, noteRetitled, textsOf } from './index-ahead.ts';
import { type Unmoved, unmovedAmong, withMoved } from './moved-versions.ts';
import { newestOf } from './newest-versions.ts';
import { prepareBatch } from './prepare-batch.ts';
import { termsInForce } from './privacy/policy-in-force.ts';
import { termsText } from './privacy/terms.ts';
import { contentsOf } from './removals.ts';
import { holdsAgainstVersions, refusedByHolds } from './retention/kept-versions.ts';
import { toIndexChange } from './steps/index-change.ts';
import { type Abandoned, compareVersions, Overtaken, writeVersions } from './steps/write.ts';

/** Step write: makes the batch visible, but for what was deleted, cancelled, overtaken or put on hold meanwhile. */
export async function writeBatch(
  tools: BatchTools,
  prepared: PreparedBatch,
  signal: AbortSignal,
): Promise<void> {
  for (let batch = prepared; ; ) {
    try {
      const write = () => tools.exclusive((alone) => writeWaiting({ ...tools, ...alone }, batch, signal));
      await putBack(tools, batch.tenant, await write(), signal);
      return;
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      const submissions = batch.versions.map(({ submission, late }) => late?.from ?? submission);
      const again = await prepareBatch(tools, await asTheyAreNow(tools.graph, submissions), signal);
      batch = {
        ...again,
        failures: [...batch.failures, ...again.failures],
        formerly: storedBy(batch),
      };
    }
  }
}

/** Of a preparation that another one takes the place of. */
function storedBy({ ahead, versions, formerly }: PreparedBatch): PreparedBatch['formerly'] {
  return {
    chunkIds: [...formerly.chunkIds, ...ahead.keys()],
    documentIds: [...formerly.documentIds, ...versions.map(({ document }) => document.id)],
    hashes: [...formerly.hashes, ...textsOf(versions).map(({ hash }) => hash)],
  };
}

/** A hold came when the indexes were ahead already: what they say of the documents becomes what the graph says. */
async function putBack(
  tools: BatchTools,
  tenant: string,
  documentIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (documentIds.length === 0) return;
  const chunks = await tools.graph.read(chunkDigests(documentIds));
  const ids = chunks.map(({ chunkId }) => chunkId);
  await mendChunks(tools, tenant, ids, signal);
  await mendFacts(tools, tenant, documentIds);
}

/**
 * Everything that decides what is written is read in here, where nobody else changes the index. Gives the documents that
 * a hold keeps as they are.
 */
async function writeWaiting(
  tools: BatchTools & Alone,
  prepared: PreparedBatch,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { tenant, jobId, ahead } = prepared;
  await requireSameTerms(tools, prepared);
  const { settled, wanted, refused, unmoved } = await chooseWanted(tools.graph, prepared);
  const { live, beside } = await tools.vectors.indexes();
  const versions = await noteRetitled(tools.graph, tenant, wanted);

  const change = await compareVersions(tools.graph, versions);
  // Another batch may have changed the same documents since they were compared.
  const [removedLate = 0] = await tools.graph.read(lateRemovals());
  const isAhead = (id: string) => ahead.get(id) === live.name && removedLate === prepared.lateRemovals;
  const late = change.added.filter(({ chunk }) => !isAhead(chunk.id));
  if (late.length > 0) await indexAdded(tools, tenant, jobId, { versions, added: late }, signal);
  // Never ahead: whoever fills the index beside does it alone as well, and finds what the graph says then.
  if (beside !== null && versions.length > 0)
    await tools.vectors.apply([toIndexChange(tenant, versions, change.added)], beside.name);
  tools.onStep(jobId, 'WRITE');
  const leaving = await withMoved(tools.graph, tenant, versions, {
    change,
    abandoned: await abandonedOf(tools.graph, prepared, { versions, unmoved }),
    beside: accountOf(tools, prepared, { settled, refused, versions, unmoved }),
  });
  await writeVersions(tools, tenant, { versions, contents: textsOf(versions), ...leaving });
  return refused.map(({ documentId }) => documentId);
}

/** What was read under another privacy policy than that of now is read again, or a document could miss a policy for good. */
async function requireSameTerms(
  { graph, privacy: { defaults } }: BatchTools & Alone,
  { tenant, versions, terms }: PreparedBatch,
): Promise<void> {
  const [first] = versions;
  if (first === undefined) return;
  const now = await termsInForce({ graph, defaults }, tenant, first.document.collectionId);
  if (termsText(now) !== terms) throw new Overtaken();
}

/**
 * Of a batch, what still waits, and what of it becomes visible: the newest version of each document. The others are done
 * as well: they have been replaced, or what they were to replace is gone or held. What would take the place of a version that a legal hold keeps is not done, and fails.
 */
async function chooseWanted(graph: GraphStore, { tenant, versions }: PreparedBatch) {
  const [waiting, applied] = await Promise.all([
    graph.read(submissionsWaiting(versions.map(({ submission }) => submission.id))),
    graph.read(appliedSubmissions(versions.map(({ document }) => document.id))),
  ]);
  const waitingAs = new Map(waiting.map(({ id, documentId }) => [id, documentId]));
  const settled = versions.filter(({ submission }) => waitingAs.has(submission.id));
  // Another batch has renamed it, under a policy that was there meanwhile and is gone: the document of that id is not there.
  if (settled.some(({ submission }) => waitingAs.get(submission.id) !== submission.documentId))
    throw new Overtaken();
  const newest = newestOf(settled, applied);
  const unmoved = await unmovedAmong(graph, tenant, newest);
  const wanted = newest.filter(({ submission }) => !unmoved.submissionIds.has(submission.id));
  const holds = await holdsAgainstVersions(
    graph,
    tenant,
    wanted.map(({ submission }) => submission),
  );
  if (holds.size === 0) return { settled, wanted, refused: [], unmoved };
  const isKept = ({ submission }: SubmittedVersion) => holds.has(submission.documentId);
  return {
    unmoved,
    settled: settled.filter((version) => !wanted.includes(version) || !isKept(version)),
    wanted: wanted.filter((version) => !isKept(version)),
    refused: refusedByHolds(
      wanted.map(({ submission }) => submission),
      holds,
    ),
  };
}

/** What was stored ahead for versions that do not become visible, and what the visible ones replace. */
async function abandonedOf(
  graph: GraphStore,
  { tenant, versions: prepared, ahead, formerly }: PreparedBatch,
  { versions, unmoved }: { readonly versions: readonly SubmittedVersion[]; readonly unmoved: Unmoved },
): Promise<Abandoned> {
  const visible = new Set(versions.map(({ submission }) => submission.id));
  const dropped = prepared.filter(({ submission }) => !visible.has(submission.id));
  const droppedIds = dropped.map(({ document }) => document.id);
  const ids = [...new Set([...prepared.map(({ document }) => document.id), ...formerly.documentIds])];
  const [stored, existingFormerly, documents] = await Promise.all([
    droppedIds.length === 0 ? [] : graph.read(chunkDigests(droppedIds)),
    formerly.chunkIds.length === 0 ? [] : graph.read(chunksExisting(tenant, formerly.chunkIds)),
    graph.read(documentsByIds(tenant, ids)),
  ]);
  const kept = new Set([
    ...stored.map(({ chunkId }) => chunkId),
    ...existingFormerly,
    ...versions.flatMap(({ chunks }) => chunks.map(({ id }) => id)),
  ]);
  const existing = new Set(documents.map(({ id }) => id));
  const held = new Set(versions.flatMap(({ document }) => contentsOf(document)));
  const before = [
    ...[...documents, ...dropped.map(({ document }) => document)].flatMap(contentsOf),
    ...formerly.hashes,
    ...prepared.flatMap(({ late }) => (late === null ? [] : [late.from.contentHash])),
  ];
  return {
    chunkIds: [
      ...dropped.flatMap(({ chunks }) => chunks.map(({ id }) => id)).filter((id) => ahead.has(id)),
      ...formerly.chunkIds,
    ].filter((id) => !kept.has(id)),
    documentIds: [...droppedIds, ...formerly.documentIds].filter(
      (id) => !existing.has(id) || unmoved.documentIds.has(id),
    ),
    hashes: before.filter((hash) => !held.has(hash)),
  };
}

/** What the job's record has to know of a batch, in the same transaction as the batch. */
function accountOf(
  tools: BatchTools,
  { jobId, failures: before, terms }: PreparedBatch,
  {
    settled,
    refused,
    versions,
    unmoved,
  }: {
    readonly settled: readonly SubmittedVersion[];
    readonly refused: PreparedBatch['failures'];
    readonly versions: readonly SubmittedVersion[];
    readonly unmoved: Unmoved;
  },
) {
  const failures = [...before, ...refused];
  const returned = versions.map(({ submission }) => submission.archiveId).filter((id) => id !== null);
  const mentioned = new Set(
    versions.flatMap(({ knowledge }) => knowledge.flatMap(({ entityIds }) => entityIds)),
  );
  return [
    ...settleSubmissions(settled.map(({ submission }) => submission.id)),
    ...(unmoved.documentIds.size === 0 ? [] : [deleteNeverIndexed([...unmoved.documentIds])]),
    ...(failures.length === 0 ? [] : failBatchStatements(failures, tools.now())),
    putSealings(
      versions.map(({ document, submission, pseudonyms }) => ({
        documentId: document.id,
        pseudonyms,
        sealedWith: submission.sealedWith ?? '',
        sealedUnder: submission.sealedWith === null ? '' : terms,
      })),
    ),
    noteApplied(versions.map(({ submission }) => submission)),
    ...(returned.length === 0 ? [] : [noteBroughtBack(returned, tools.now().toISOString())]),
    addFindings(jobId, {
      chunks: versions.reduce((sum, { chunks }) => sum + chunks.length, 0),
      entities: mentioned.size,
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
    ...failSubmissions(failures, at.toISOString()),
  ];
}
