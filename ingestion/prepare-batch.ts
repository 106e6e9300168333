/**
 * The recipe: what becomes of a batch of submissions before anybody can see it. Every step may be run again: after a
 * crash the batch is simply begun anew, and ids that are hashes make the second time the same as the first.
 */

import type { DocumentRecord } from '../model/documents.ts';
import { contentHash } from '../model/ids.ts';
import { invariant } from '../platform/errors.ts';
import { pause } from '../platform/pause.ts';
import { lateRemovals } from '../stores/graph/statements/removals.ts';
import type { Submission } from '../stores/graph/statements/submissions.ts';
import type {
  BatchTools,
  Failures,
  LateSealing,
  PreparedBatch,
  SubmittedVersion,
  UnderstoodSubmission,
} from './batch.ts';
import { indexAhead } from './index-ahead.ts';
import { type ParsePlace, roomFor } from './parse-room.ts';
import { sealPseudonyms } from './privacy/envelope.ts';
import { nameLate } from './privacy/name-late.ts';
import { withoutWeakened } from './privacy/no-weaker.ts';
import { openBatch } from './privacy/open-batch.ts';
import { policyInForce, type Shield } from './privacy/policy-in-force.ts';
import { knownUnder, sealLate } from './privacy/seal-late.ts';
import { termsText } from './privacy/terms.ts';
import { holdsAgainstVersions, refusedByHolds } from './retention/kept-versions.ts';
import type { WrittenKnowledge } from './steps/version.ts';
import { understandBatch } from './understand.ts';

const NOTHING = { chunkIds: [], documentIds: [], hashes: [] };

/** Looks for content that is missing, and the time between two, in ms. */
const LOOKS_MAX = 3;
const LOOK_AGAIN_MS = 300;

/** Steps parse, chunk, extract, resolve and embed: all that no reader can see. */
export async function prepareBatch(
  tools: BatchTools,
  waiting: readonly Submission[],
  signal: AbortSignal,
  /** Of who is prepared again it is the one that it has. */
  place: ParsePlace | null = null,
): Promise<PreparedBatch> {
  const [first] = waiting;
  invariant(first, 'a batch has submissions');
  const { tenant, jobId } = first;
  const policy = await policyInForce({ ...tools, ...tools.privacy }, tenant, first.collectionId);
  const { shield } = policy;
  const given = await nameLate(tools, shield, waiting);
  const holds = await holdsAgainstVersions(tools.graph, tenant, given);
  const submissions = given.filter(({ documentId }) => !holds.has(documentId));
  const contents = await contentsOfBatch(tools, tenant, submissions, signal);
  await place?.take(sizeOf(submissions, contents), signal);
  const failures: Failures = [
    ...refusedByHolds(given, holds),
    ...submissions.filter((_, at) => (contents[at] ?? null) === null).map(toMissing),
  ];
  const opened = await openBatch(tools, submissions, contents, failures);
  const raw = knownUnder(shield, withoutWeakened(policy, opened, failures));
  const late = await sealLate(shield, raw);
  const shielded = raw.map((one) => ({ ...one, protection: shield?.protection ?? null }));
  const understood = await understandBatch(tools, jobId, shielded, failures, signal);
  const [removedLate = 0] = await tools.graph.read(lateRemovals());
  const found: SubmittedVersion[] = [];
  for (const one of understood)
    found.push(await toVersion(one, late.get(one.submission.id) ?? null, shield, tools.now().toISOString()));
  const { versions, ahead } = await indexAhead(tools, { tenant, jobId, failures }, found, signal);
  const terms = termsText(policy.terms);
  return { tenant, jobId, versions, ahead, lateRemovals: removedLate, failures, terms, formerly: NOTHING };
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

function sizeOf(submissions: readonly Submission[], contents: readonly (Uint8Array | null)[]): number {
  return submissions.reduce(
    (sum, { mediaType }, at) => sum + roomFor(mediaType, contents[at]?.byteLength ?? 0),
    0,
  );
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

async function toVersion(
  { submission: given, said, document, base }: UnderstoodSubmission,
  late: LateSealing | null,
  shield: Shield | null,
  updatedAt: string,
): Promise<SubmittedVersion> {
  const { shielded } = document;
  const text = new Uint8Array(Buffer.from(document.text, 'utf16le'));
  const submission = late?.submission ?? given;
  return {
    submission,
    text,
    late,
    pseudonyms:
      shield === null || shielded === null ? '' : await sealPseudonyms(shield.key, shielded.pseudonyms),
    document: toDocument(submission, { ...said, title: document.title }, contentHash(text), updatedAt),
    chunks: document.chunks,
    knowledge: document.knowledge.map((said, chunk): WrittenKnowledge => {
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
}

/** Parsed text is kept as UTF-16, so that offsets of JavaScript and GraphQL clients are offsets of the file. */
function toDocument(
  submission: Submission,
  {
    title,
    key,
    metadata,
  }: Pick<UnderstoodSubmission['said'], 'key' | 'metadata'> & { readonly title: string },
  textHash: string,
  updatedAt: string,
) {
  const { documentId: id, tenant, collectionId, mediaType, contentHash: hash, versionHash } = submission;
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
