/** Submissions that were read a while ago: who names or renames documents meanwhile renames what was submitted of them. */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import { type Submission, submissionsOfBatch } from '../stores/graph/statements/submissions.ts';

/** Of one batch. What does not wait any more is as it was. */
export async function asTheyAreNow(
  graph: GraphStore,
  submissions: readonly Submission[],
): Promise<readonly Submission[]> {
  const [first] = submissions;
  if (first === undefined) return submissions;
  const now = new Map((await graph.read(submissionsOfBatch(first.batch))).map((one) => [one.id, one]));
  return submissions.map((one) => now.get(one.id) ?? one);
}
