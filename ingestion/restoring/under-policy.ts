/**
 * Documents of a backup that the privacy policy of now would not have as the backup has them. They come by the way that
 * every document comes in: nobody finds them before they are as the policy wants.
 */

import { documentId } from '../../model/ids.ts';
import type { RestoreFailure } from '../../model/restore.ts';
import { PROBLEMS, Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { idPages } from '../../stores/graph/id-pages.ts';
import { collectionsByIds } from '../../stores/graph/statements/collections.ts';
import { type DocumentNode, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { sealingKeys } from '../../stores/graph/statements/privacy.ts';
import { putRemovals } from '../../stores/graph/statements/removals.ts';
import { deleteSubmissionsBefore } from '../../stores/graph/statements/restores.ts';
import { contentsOfDocuments } from '../../stores/graph/statements/submissions.ts';
import type { CheckedDocument } from '../document-input.ts';
import type { Alone } from '../exclusive.ts';
import { bringsNothingToLight } from '../privacy/no-weaker.ts';
import {
  type PolicyInForce,
  type PrivacyTools,
  policyInForce,
  type Shield,
} from '../privacy/policy-in-force.ts';
import { contentNameUnder } from '../privacy/seal-submission.ts';
import { wantedVersion } from '../privacy/wanted-version.ts';
import { type RemovalStores, removalsOf, settleRemovals } from '../removals.ts';
import { openJob, type SubmitTools } from '../submit.ts';
import type { Staged, StagedVersion } from './staged-versions.ts';

export interface PolicyTools extends Omit<SubmitTools, 'limits'> {
  readonly privacy: Pick<PrivacyTools, 'tenantKeys' | 'defaults'>;
}

/** One that comes as its policy wants it. */
export interface Anew {
  /** As the backup has it. */
  readonly document: DocumentNode;
  readonly version: CheckedDocument;
  readonly shield: Shield;
}

export interface Sorted {
  readonly asTheyAre: readonly StagedVersion[];
  readonly anew: readonly Anew[];
  readonly failures: readonly RestoreFailure[];
}

/**
 * What is sealed in the backup comes as it was sealed, but where the policy takes out more and its key is there. What is
 * plain there comes plain only where the policy keeps everything.
 */
export async function sortByPolicy(
  tools: PolicyTools,
  staged: Staged,
  tenant: string,
  versions: readonly StagedVersion[],
): Promise<Sorted> {
  const policies = createPolicyCache(tools, tenant);
  const sealings = await staged.graph.read(sealingKeys(versions.map(({ document }) => document.id)));
  const isSealed = new Set(sealings.map(({ documentId: id }) => id));
  const from = { ...staged, privacy: tools.privacy };
  const asTheyAre: StagedVersion[] = [];
  const anew: Anew[] = [];
  const failures: RestoreFailure[] = [];
  for (const version of versions) {
    const { document } = version;
    const policy = await policies(document.collectionId);
    try {
      const wanted = await anewUnder(from, policy, document);
      if (wanted === null) asTheyAre.push(version);
      else anew.push(wanted);
    } catch (error) {
      if (!(error instanceof Problem) || PROBLEMS[error.code].retryable) throw error;
      // Its key is gone: what was stored of it is as protected as it was.
      if (isSealed.has(document.id)) asTheyAre.push(version);
      else failures.push({ documentId: document.id, reason: error.message });
    }
  }
  return { asTheyAre, anew, failures };
}

/** Null for one that may come as it is. */
async function anewUnder(
  from: Staged & Pick<PolicyTools, 'privacy'>,
  policy: PolicyInForce,
  document: DocumentNode,
): Promise<Anew | null> {
  const { shield } = policy;
  if (shield === null) return null;
  const { version, sealing } = await wantedVersion(from, shield, document);
  const isSame = version.documentId === document.id && version.versionHash === document.versionHash;
  if (isSame || !bringsNothingToLight(policy, sealing)) return null;
  return { document, version, shield };
}

/**
 * In one transaction for each collection, with the end of what waited or failed of the same documents: its raw bytes, which
 * may lie there plain, go with it. For whoever has the index alone; `present` is what is there of them.
 */
export async function submitAnew(
  tools: PolicyTools & RemovalStores & Alone,
  tenant: string,
  coming: readonly Anew[],
  { present, askedAt }: { readonly present: ReadonlyMap<string, DocumentNode>; readonly askedAt: string },
): Promise<void> {
  for (const [collection, some] of Map.groupBy(coming, ({ document }) => document.collectionId)) {
    const [found] = await tools.graph.read(collectionsByIds(tenant, [collection]));
    const [first] = some;
    if (found === undefined || first === undefined) continue;
    const accepted = some.map(({ document, version }, index) => ({
      ...{ index, documentId: version.documentId, outcome: 'CHANGED' as const },
      document: {
        ...version,
        before: { archiveId: null, createdAt: document.createdAt },
        ...movedFrom(version.documentId === document.id ? undefined : present.get(document.id)),
      },
    }));
    const ids = some.flatMap(({ document, version }) => [document.id, version.documentId]);
    const job = openJob({ ...tools, now: () => notBefore(askedAt, tools.now()) }, tenant, found.name, {
      streamed: false,
    });
    const removals = removalsOf(tenant, {
      ...{ CHUNK: [], DOCUMENT: [] },
      CONTENT: await tools.graph.read(contentsOfDocuments(ids)),
    });
    const beside = [...deleteSubmissionsBefore(ids, askedAt), putRemovals(removals)];
    await job.add({ accepted, shield: first.shield }, beside, tools);
    await settleRemovals(tools, removals);
  }
}

/** By a clock behind that of whoever was asked, what comes would be among what was handed over before, and go with it. */
function notBefore(askedAt: string, now: Date): Date {
  return new Date(Math.max(Date.parse(askedAt), now.getTime()));
}

function movedFrom(old: DocumentNode | undefined): Pick<CheckedDocument, 'again'> {
  if (old === undefined) return {};
  return { again: { sequence: null, movedFrom: { id: old.id, version: old.versionHash } } };
}

/** Ids that documents of the backup have under the policies of now, where they are named by their text. */
export async function namedUnderPolicy(
  tools: PolicyTools,
  staged: GraphStore,
  tenant: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const policies = createPolicyCache(tools, tenant);
  const names = new Set<string>();
  for await (const ids of idPages(staged, 'Document', { limit: 500, signal })) {
    for (const { id, collectionId, contentHash } of await staged.read(documentsByIds(tenant, ids))) {
      if (id !== documentId(collectionId, { contentHash })) continue;
      const { shield } = await policies(collectionId);
      if (shield === null) continue;
      names.add(documentId(collectionId, { contentHash: contentNameUnder(shield, contentHash) }));
    }
  }
  return names;
}

/** By collection; each is read once. */
function createPolicyCache(
  tools: PolicyTools,
  tenant: string,
): (collectionId: string) => Promise<PolicyInForce> {
  const known = new Map<string, PolicyInForce>();
  return async (collectionId) => {
    const policy =
      known.get(collectionId) ?? (await policyInForce({ ...tools, ...tools.privacy }, tenant, collectionId));
    known.set(collectionId, policy);
    return policy;
  };
}
