/**
 * The recipe: what becomes of a batch of submissions before anybody can see it. Every step may be run again: after a
 * crash the batch is simply begun anew, and ids that are hashes make the second time the same as the first.
 */

import type { DocumentRecord, JsonObject } from '../model/documents.ts';
import { contentHash } from '../model/ids.ts';
import { invariant } from '../platform/errors.ts';
import { pause } from '../platform/pause.ts';
import { lateRemovals } from '../stores/graph/statements/removals.ts';
import type { Submission } from '../stores/graph/statements/submissions.ts';
import type { MediaType } from '../text/parser.ts';
import { askModel, toResolve, type Understood } from './ask-model.ts';
import type { BatchTools, Failures, PreparedBatch, ReadSubmission, SubmittedVersion } from './batch.ts';
import { indexAhead } from './index-ahead.ts';
import type { WrittenKnowledge } from './steps/write.ts';

/** Looks for content that is missing, and the time between two, in ms. */
const LOOKS_MAX = 3;
const LOOK_AGAIN_MS = 300;

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
