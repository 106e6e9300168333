/**
 * Brings documents back by the way that every document comes in: the archive's raw bytes become a submission, and the
 * worker does the rest. The archive says so from the same transaction on, and that it is done from the one in which the
 * document can be found again.
 */

import type { ArchivedDocument } from '../../model/archive.ts';
import { contentHash } from '../../model/ids.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import type { TenantKeys } from '../../platform/tenant-keys/tenant-keys.ts';
import { archivesByIds, moveArchives } from '../../stores/graph/statements/archives.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { readMediaType } from '../../text/parser.ts';
import type { CheckedDocument } from '../document-input.ts';
import type { Alone } from '../exclusive.ts';
import { openDocument } from '../privacy/envelope.ts';
import { bringsNothingToLight, type Sealing } from '../privacy/no-weaker.ts';
import { policyInForce, type Shield } from '../privacy/policy-in-force.ts';
import { identityUnder } from '../privacy/seal-submission.ts';
import { keySealedWith } from '../privacy/tenant-key.ts';
import { type OpenJob, openJob, type SubmitTools } from '../submit.ts';
import type { Described } from '../version-hash.ts';
import type { ArchivedVersion, ArchiveStore } from './archive-store.ts';

export interface BringingBack {
  readonly comingBack: readonly ArchivedDocument[];
  /** The others, each with the reason. */
  readonly refused: readonly RefusedArchive[];
  /** Jobs that index them, one a collection. */
  readonly jobIds: readonly string[];
}

export interface RefusedArchive {
  readonly id: string;
  readonly problem: Problem;
}

export async function bringBackDocuments(
  tools: SubmitTools,
  store: ArchiveStore,
  tenant: string,
  { ids, mayReveal }: { readonly ids: readonly string[]; readonly mayReveal: boolean },
): Promise<BringingBack> {
  const jobs = new Map<string, OpenJob>();
  const comingBack: ArchivedDocument[] = [];
  const refused: RefusedArchive[] = [];
  for (const id of new Set(ids)) {
    try {
      comingBack.push(await bringBack(tools, store, tenant, { id, jobs, mayReveal }));
    } catch (error) {
      refused.push({ id, problem: toProblem(error) });
    }
  }
  for (const job of jobs.values()) await job.seal();
  return { comingBack, refused, jobIds: [...jobs.values()].map(({ job }) => job.id) };
}

/** One that is on its way already is told as it is. */
async function bringBack(
  tools: SubmitTools,
  store: ArchiveStore,
  tenant: string,
  {
    id,
    jobs,
    mayReveal,
  }: { readonly id: string; readonly jobs: Map<string, OpenJob>; readonly mayReveal: boolean },
): Promise<ArchivedDocument> {
  const [found] = await tools.graph.read(archivesByIds(tenant, [id]));
  if (found === undefined || isLeaving(found)) throw noSuchArchive(id);
  if (found.state !== 'ARCHIVED') return found;
  const version = await store.get(id);
  refuseOther(version, found);
  const policy = await policyInForce({ ...tools, ...tools.privacy }, tenant, found.collectionId);
  const { shield } = policy;
  const opened = await openArchived(tools.privacy.tenantKeys, version);
  if (!mayReveal && !bringsNothingToLight(policy, sealingOf(version, opened))) throw mayNotOpen(found);
  return tools.exclusive(async (alone) => {
    const archive = await stillArchived(alone, tenant, found);
    if (archive.state !== 'ARCHIVED') return archive;
    // One whose first document was not written is no job yet.
    const job =
      jobs.get(archive.collection) ?? openJob(tools, tenant, archive.collection, { streamed: true });
    const document = toChecked(opened, archive, shield);
    const accepted = [{ index: 0, documentId: archive.documentId, outcome: 'NEW' as const, document }];
    const moved = { from: 'ARCHIVED', to: 'BRINGING_BACK', jobId: job.job.id } as const;
    await job.add({ accepted, shield }, [moveArchives([id], moved)], alone);
    jobs.set(archive.collection, job);
    return { ...archive, state: moved.to, jobId: moved.jobId };
  });
}

async function stillArchived(
  { graph }: Alone,
  tenant: string,
  { id, documentId }: ArchivedDocument,
): Promise<ArchivedDocument> {
  const [[archive], [document]] = await Promise.all([
    graph.read(archivesByIds(tenant, [id])),
    graph.read(documentsByIds(tenant, [documentId])),
  ]);
  if (archive === undefined || isLeaving(archive)) throw noSuchArchive(id);
  if (archive.state === 'ARCHIVED' && document !== undefined)
    throw new Problem(
      'CONFLICT',
      `The document ${documentId} is there again, from another way in. Delete it first to bring back the version of the archive, or delete the archive.`,
    );
  return archive;
}

function isLeaving({ state }: ArchivedDocument): boolean {
  return state === 'WRITING' || state === 'DELETING';
}

export function noSuchArchive(id: string): Problem {
  return new Problem(
    'NOT_FOUND',
    `There is no archive ${id.slice(0, 100)}. The query "archivedDocuments" lists those that there are.`,
  );
}

/** The archive's own record was verified against nothing but the graph's: they must speak of the same document. */
function refuseOther(version: ArchivedVersion, archive: ArchivedDocument): void {
  const isSame =
    version.documentId === archive.documentId &&
    version.contentHash === archive.contentHash &&
    version.tenant === archive.tenant;
  if (isSame) return;
  throw new Problem(
    'BACKUP_DAMAGED',
    `The archive ${archive.id} holds another document than the graph says.`,
  );
}

/** What its caller sent. CONFLICT where it is sealed with a key that is not there any more. */
async function openArchived(tenantKeys: TenantKeys, version: ArchivedVersion) {
  const { tenant, key, title, metadata, knowledge, mediaType, createdAt, bytes, sealed } = version;
  const plain =
    sealed === undefined
      ? { said: { key, title, metadata, knowledge }, bytes }
      : await openDocument(await keySealedWith(tenantKeys, tenant, sealed.keyId), bytes);
  const hash = contentHash(plain.bytes);
  return {
    ...plain.said,
    bytes: plain.bytes,
    contentHash: hash,
    createdAt,
    mediaType: readMediaType(mediaType),
  };
}

/** An archive does not say what it was sealed under. */
function sealingOf({ sealed }: ArchivedVersion, opened: Described): Sealing {
  return {
    sealedUnder: sealed === undefined ? null : '',
    versionHash: sealed?.versionHash ?? null,
    describe: () => opened,
  };
}

/** As the policy of now wants it: sealed again on its way, or not. */
function toChecked(
  { createdAt, ...opened }: Awaited<ReturnType<typeof openArchived>>,
  archive: ArchivedDocument,
  shield: Shield | null,
): CheckedDocument {
  return {
    ...opened,
    documentId: archive.documentId,
    versionHash: identityUnder(shield)(opened).version,
    before: { archiveId: archive.id, createdAt },
  };
}

function mayNotOpen({ id }: ArchivedDocument): Problem {
  return new Problem(
    'FORBIDDEN',
    `The archive ${id} is sealed under another privacy policy than the one of now, and its text could come to light. Have it brought back by somebody with the scope "privacy:reveal".`,
  );
}
