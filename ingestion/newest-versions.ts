/**
 * Which version of a document counts: the one that was submitted last, whichever worker comes first. It is asked twice of
 * a batch. What goes into the indexes ahead is a guess, since the newest may still fail, and then an older one counts;
 * what is written is decided where nobody else changes the index, by what waits and what was applied by then.
 */

import type { SubmittedVersion } from './batch.ts';

/** A version that is known of, by its document. */
type Known = Pick<SubmittedVersion['submission'], 'documentId' | 'sequence'>;

/** Of these versions those that no other one of them, and none that was applied, is newer than. */
export function newestOf(
  versions: readonly SubmittedVersion[],
  applied: readonly Known[] = [],
): readonly SubmittedVersion[] {
  const sequences = new Map<string, number>();
  for (const { documentId, sequence } of [...applied, ...versions.map(({ submission }) => submission)])
    sequences.set(documentId, Math.max(sequence, sequences.get(documentId) ?? sequence));
  return versions.filter(({ submission }) => sequences.get(submission.documentId) === submission.sequence);
}
