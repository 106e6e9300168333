/** Submissions with what they are to be read from: those that are sealed, opened with the tenant's key. */

import type { JsonObject } from '../../model/documents.ts';
import { contentHash } from '../../model/ids.ts';
import { PROBLEMS, Problem } from '../../platform/errors.ts';
import type { Submission } from '../../stores/graph/statements/submissions.ts';
import type { BatchTools, Failures, OpenedSubmission } from '../batch.ts';
import { declaredBy } from '../declared-by.ts';
import type { Described } from '../version-hash.ts';
import { openDocument, type Said } from './envelope.ts';
import { keySealedWith } from './tenant-key.ts';

/** `contents` are those of the submissions, in order. What cannot be opened fails alone, as its key is gone for good. */
export async function openBatch(
  { privacy }: Pick<BatchTools, 'privacy'>,
  submissions: readonly Submission[],
  contents: readonly (Uint8Array | null)[],
  failures: Failures,
): Promise<readonly OpenedSubmission[]> {
  const opened: OpenedSubmission[] = [];
  for (const [at, submission] of submissions.entries()) {
    const bytes = contents[at] ?? null;
    if (bytes === null) continue;
    try {
      opened.push({ submission, ...(await openOne(privacy, submission, bytes)) });
    } catch (error) {
      if (!(error instanceof Problem) || PROBLEMS[error.code].retryable) throw error;
      const { id, documentId } = submission;
      failures.push({ id, documentId, step: 'PARSE', code: error.code, message: error.message });
    }
  }
  return opened;
}

async function openOne(
  { tenantKeys }: BatchTools['privacy'],
  submission: Submission,
  bytes: Uint8Array,
): Promise<Omit<OpenedSubmission, 'submission'>> {
  const { tenant, sealedWith } = submission;
  if (sealedWith !== null) return openDocument(await keySealedWith(tenantKeys, tenant, sealedWith), bytes);
  return { bytes, said: saidIn(submission) };
}

function saidIn(submission: Submission): Said {
  const { key, title, metadata } = submission;
  return { key, title, metadata: JSON.parse(metadata) as JsonObject, knowledge: declaredBy(submission) };
}

/** What decides the version of one. Hashes all of it. */
export function describe({ submission: { mediaType }, said, bytes }: OpenedSubmission): Described {
  return { ...said, mediaType, contentHash: contentHash(bytes) };
}
