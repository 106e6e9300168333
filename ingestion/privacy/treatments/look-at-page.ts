/** Documents of one collection held against its privacy policy: what is to become of each. */

import { PROBLEMS, Problem } from '../../../platform/errors.ts';
import { type DocumentNode, documentsByIds } from '../../../stores/graph/statements/documents.ts';
import type { CheckedDocument } from '../../document-input.ts';
import { BATCH_BYTES_MAX } from '../../limits.ts';
import { heldAmong } from '../../retention/holds.ts';
import { bringsNothingToLight } from '../no-weaker.ts';
import type { OriginalTools } from '../original.ts';
import type { PolicyInForce } from '../policy-in-force.ts';
import { wantedVersion } from '../wanted-version.ts';
import type { TreatmentRecord } from './treatment-record.ts';

/** A document that is not as its policy wants it, and the version that is. */
export interface Draft {
  readonly from: DocumentNode;
  readonly version: CheckedDocument;
  /** Whether that version is there already, under an id of its own: then only the old one is to go. */
  readonly isThere: boolean;
}

export type Verdict =
  | { readonly kind: 'TREAT'; readonly draft: Draft }
  /** `SINCE`: it came, or was treated, since the treatment began, and is as it should be. */
  | { readonly kind: 'UNCHANGED' | 'SINCE' }
  | { readonly kind: 'HELD'; readonly documentId: string; readonly hold: string }
  | { readonly kind: 'FAILED'; readonly documentId: string; readonly problem: Problem };

export interface LookedAt {
  readonly verdicts: readonly Verdict[];
  /** Id of the last document that was looked at: no more bytes are taken together than a batch may have. */
  readonly until: string;
}

/** Rejects with what passes, such as a store that does not answer. */
export async function lookAtPage(
  tools: OriginalTools,
  policy: PolicyInForce,
  { tenant, requestedAt, mayOpen }: TreatmentRecord,
  documents: readonly DocumentNode[],
  signal: AbortSignal,
): Promise<LookedAt> {
  const held = await heldAmong(tools.graph, tenant, documents);
  const verdicts: Verdict[] = [];
  let [bytes, until] = [0, ''];
  for (const document of documents) {
    signal.throwIfAborted();
    const hold = held.get(document.id);
    const verdict =
      hold === undefined
        ? sinceThen(await lookAt(tools, { policy, mayOpen }, document), document.updatedAt >= requestedAt)
        : ({ kind: 'HELD', documentId: document.id, hold: hold.name } as const);
    verdicts.push(verdict);
    until = document.id;
    if (verdict.kind === 'TREAT') bytes += verdict.draft.version.bytes.length;
    if (bytes >= BATCH_BYTES_MAX) break;
  }
  return { verdicts, until };
}

/** Ids change with the treatment, so that it may come by what it made itself: that is not counted twice. */
function sinceThen(verdict: Verdict, isSince: boolean): Verdict {
  return verdict.kind === 'UNCHANGED' && isSince ? { kind: 'SINCE' } : verdict;
}

async function lookAt(
  tools: OriginalTools,
  { policy, mayOpen }: { readonly policy: PolicyInForce; readonly mayOpen: boolean },
  document: DocumentNode,
): Promise<Verdict> {
  const { id, versionHash, status } = document;
  // What waits is treated when its turn comes.
  if (versionHash === null && status !== 'FAILED') return { kind: 'UNCHANGED' };
  if (versionHash === null) return { kind: 'FAILED', documentId: id, problem: neverIndexed(document) };
  try {
    const { version, sealing } = await wantedVersion(tools, policy.shield, document);
    const isRenamed = version.documentId !== id;
    if (!isRenamed && version.versionHash === versionHash) return { kind: 'UNCHANGED' };
    if (!mayOpen && !bringsNothingToLight(policy, sealing))
      return { kind: 'FAILED', documentId: id, problem: mayNotOpen(document) };
    const [there] = isRenamed
      ? await tools.graph.read(documentsByIds(document.tenant, [version.documentId]))
      : [];
    const isThere = there !== undefined && there.versionHash !== null;
    return { kind: 'TREAT', draft: { from: document, version, isThere } };
  } catch (error) {
    if (!(error instanceof Problem) || PROBLEMS[error.code].retryable) throw error;
    return { kind: 'FAILED', documentId: id, problem: error };
  }
}

function mayNotOpen({ id }: DocumentNode): Problem {
  return new Problem(
    'FORBIDDEN',
    `The document ${id} is sealed under another policy, and its text could come to light. Have the policy applied by somebody with the scope "privacy:reveal".`,
  );
}

function neverIndexed({ id }: DocumentNode): Problem {
  return new Problem(
    'CONFLICT',
    `The document ${id} could not be indexed, and what came of it is kept to be submitted again. Replay it, which puts it under the policy, or discard it: see "deadLetters".`,
  );
}
