/**
 * Documents without a caller's key that came before the policy of now, and wait: their id is a hash of their text, which
 * could be found by trying. Nobody has read them yet, so they get the id that they would have had under the policy.
 */

import { documentId } from '../../model/ids.ts';
import { createDocuments, deleteDocuments, documentsByIds } from '../../stores/graph/statements/documents.ts';
import {
  carrySubmissionCounts,
  renameSubmissions,
  type Submission,
} from '../../stores/graph/statements/submissions.ts';
import { asTheyAreNow } from '../as-they-are-now.ts';
import type { BatchTools } from '../batch.ts';
import type { Shield } from './policy-in-force.ts';
import { contentNameUnder } from './seal-submission.ts';

/**
 * The same as they are now: other batches may have renamed their documents as well. One whose document has a version
 * already keeps its id until the policy is applied.
 */
export async function nameLate(
  { graph, exclusive }: Pick<BatchTools, 'graph' | 'exclusive'>,
  shield: Shield | null,
  submissions: readonly Submission[],
): Promise<readonly Submission[]> {
  const [first] = submissions;
  if (shield === null || first === undefined) return submissions;
  const wanted = new Map(submissions.flatMap((one) => renamed(shield, one)));
  if (wanted.size === 0) return submissions;
  await exclusive(async (alone) => {
    const found = await alone.graph.read(documentsByIds(first.tenant, [...wanted.keys()]));
    const unread = found.flatMap((document) => {
      const id = wanted.get(document.id);
      return id === undefined || document.versionHash !== null ? [] : [{ from: document.id, document, id }];
    });
    if (unread.length === 0) return;
    const rows = unread.map(({ from, id }) => ({ from, to: id }));
    await alone.graph.write([
      // Before their documents: whether there is one of the new id already says what they count as.
      renameSubmissions(rows),
      createDocuments(unread.map(({ document, id }) => ({ ...document, id }))),
      carrySubmissionCounts(rows),
      deleteDocuments(rows.map(({ from }) => from)),
    ]);
  });
  return asTheyAreNow(graph, submissions);
}

/** The id that it has, if it is a hash of the text as it came, and the one that it is to have. */
function renamed(
  shield: Shield,
  { sealedWith, archiveId, documentId: id, collectionId, contentHash }: Submission,
): readonly (readonly [string, string])[] {
  // An archive knows what came back from it by its id.
  const isKept = sealedWith !== null || archiveId !== null;
  if (isKept || id !== documentId(collectionId, { contentHash })) return [];
  return [[id, documentId(collectionId, { contentHash: contentNameUnder(shield, contentHash) })]];
}
