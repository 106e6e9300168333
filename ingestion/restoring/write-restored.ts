/**
 * Documents of a backup take the place of what is there of the same documents: in one transaction, as a new version does
 * that was ingested, so with all that only the old one supported gone, and joined to what others say.
 */

import { isSameEmbedder } from '../../model/embedding.ts';
import type { Restore, RestoreFailure } from '../../model/restore.ts';
import { chunkDigests } from '../../stores/graph/statements/chunks.ts';
import {
  createDocuments,
  type DocumentNode,
  documentsByIds,
} from '../../stores/graph/statements/documents.ts';
import { putRelationships } from '../../stores/graph/statements/knowledge.ts';
import { documentOrigins, putOrigins } from '../../stores/graph/statements/privacy.ts';
import {
  deleteSubmissionsBefore,
  documentsSubmittedSince,
  noteRestore,
  restoreById,
} from '../../stores/graph/statements/restores.ts';
import { contentsOfDocuments, submissionsOfDocuments } from '../../stores/graph/statements/submissions.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Embedders } from '../../text/embedders.ts';
import type { DeleteTools } from '../delete.ts';
import type { Alone } from '../exclusive.ts';
import { noteRetitled } from '../index-ahead.ts';
import { contentsOf } from '../removals.ts';
import { heldAmong } from '../retention/holds.ts';
import { embedAcceptable } from '../steps/embed.ts';
import { toIndexChange } from '../steps/index-change.ts';
import type { VersionChange } from '../steps/version.ts';
import { compareVersions, writeAhead, writeVersions } from '../steps/write.ts';
import { toNode } from './part-restores.ts';
import type { Staged, StagedVersion, StagedVersions } from './staged-versions.ts';
import { type Anew, type PolicyTools, type Sorted, sortByPolicy, submitAnew } from './under-policy.ts';

export interface WriteRestoredTools extends DeleteTools, PolicyTools {
  readonly embedders: Embedders;
}

export interface RestoredBatch extends StagedVersions {
  readonly tenant: string;
  /** When the restore was asked for (RFC 3339): what was handed over since then is newer than the backup, and stays. */
  readonly askedAt: string;
  /** Ids of documents that were erased since the backup; asked where nobody else erases. */
  readonly erasedAmong: (alone: Alone, asked: readonly Asked[]) => Promise<ReadonlySet<string>>;
  /** How the restore stands once this is written. */
  readonly noted: (outcome: BatchOutcome) => { readonly restore: Restore; readonly after: string };
}

/** A document of the backup, by an id that it has there or is to have. */
export interface Asked {
  readonly id: string;
  readonly document: DocumentNode;
}

/** Ids of documents, by what became of them. */
export interface BatchOutcome {
  readonly restored: readonly string[];
  readonly unchanged: readonly string[];
  readonly held: readonly string[];
  readonly erased: readonly string[];
  /** Those of `restored` that come as their privacy policy wants them, when their jobs are done. */
  readonly anew: readonly string[];
  /** Those that could not. */
  readonly failures: readonly RestoreFailure[];
}

/** Null where the restore was cancelled: then nothing is written. */
export function writeRestored(
  tools: WriteRestoredTools,
  staged: Staged,
  batch: RestoredBatch,
  signal: AbortSignal,
): Promise<BatchOutcome | null> {
  return tools.exclusive((alone) => writeAlone({ ...tools, ...alone }, staged, batch, signal));
}

async function writeAlone(
  tools: WriteRestoredTools & Alone,
  staged: Staged,
  batch: RestoredBatch,
  signal: AbortSignal,
): Promise<BatchOutcome | null> {
  const { graph } = tools;
  const { tenant, askedAt } = batch;
  const sorted = await sortByPolicy(tools, staged, tenant, batch.versions);
  const { wanted, coming, outcome, present } = await choose(tools, batch, sorted);
  const { restore, after } = batch.noted(outcome);
  const [node] = await graph.read(restoreById(restore.id));
  if (node?.state !== 'RUNNING') return null;
  const note = noteRestore(toNode(restore, after));
  // Noted behind it: a crash in between finds them submitted, and counts them as unchanged.
  await submitAnew(tools, tenant, coming, { present, askedAt });
  if (wanted.length === 0) {
    await graph.write([note]);
    return outcome;
  }
  const versions = await noteRetitled(graph, tenant, wanted);
  const change = await compareVersions(graph, versions);
  await indexRestored(tools, staged, { tenant, versions, change }, signal);
  const ids = versions.map(({ document }) => document.id);
  const kept = new Set(versions.flatMap(({ document }) => contentsOf(document)));
  const replaced = ids.flatMap((id) => present.get(id) ?? []);
  const before = [...replaced.flatMap(contentsOf), ...(await graph.read(contentsOfDocuments(ids)))];
  await writeVersions(tools, tenant, {
    ...{ versions, change },
    contents: versions.flatMap(({ contents }) => contents),
    abandoned: { chunkIds: [], documentIds: [], hashes: before.filter((hash) => !kept.has(hash)) },
    beside: [
      note,
      ...deleteSubmissionsBefore(ids, askedAt),
      createDocuments(versions.map(({ document }) => document)),
      // What stands behind its pseudonyms is the version's, and so is what its bytes are sealed with.
      putOrigins(await staged.graph.read(documentOrigins(ids))),
      // Before what the chunks say, so that what was not there gets the sentence that the backup has for it.
      ...putRelationships(tenant, statedBy(versions, batch)),
    ],
  });
  return outcome;
}

/** One document of the backup, under every id that it may be there by. */
interface Candidate {
  readonly id: string;
  readonly ids: readonly string[];
  /** Whether it is there as it is to come, and nothing waits. */
  readonly isThere: boolean;
}

/** What becomes of each. Read where nobody else changes anything that it is decided by. */
async function choose(
  tools: WriteRestoredTools & Alone,
  { tenant, askedAt, erasedAmong }: RestoredBatch,
  { asTheyAre, anew, failures }: Sorted,
) {
  const { graph } = tools;
  const asked: readonly Asked[] = [
    ...asTheyAre.map(({ document }) => ({ id: document.id, document })),
    ...anew.flatMap((one) => idsOf(one).map((id) => ({ id, document: one.document }))),
  ];
  const ids = asked.map(({ id }) => id);
  const found = await graph.read(documentsByIds(tenant, ids));
  const present = new Map(found.map((document) => [document.id, document]));
  const [held, erased, waiting, later] = [
    await heldAmong(graph, tenant, found),
    await erasedAmong(tools, asked),
    new Set((await graph.read(submissionsOfDocuments(ids))).map(({ documentId }) => documentId)),
    new Set(await graph.read(documentsSubmittedSince(ids, askedAt))),
  ];
  const same = await sameAmong(tools, asTheyAre, present);
  const candidates: readonly Candidate[] = [
    ...asTheyAre.map(({ document: { id } }) => ({
      id,
      ids: [id],
      isThere: same.has(id) && !waiting.has(id),
    })),
    ...anew.map((one) => ({
      id: one.document.id,
      ids: idsOf(one),
      isThere: isVersion(one, present) && !waiting.has(one.version.documentId),
    })),
  ];
  const kindOf = ({ ids: own, isThere }: Candidate) => {
    if (own.some((id) => erased.has(id))) return 'erased';
    if (own.some((id) => held.has(id))) return 'held';
    const isNewer = own.some((id) => later.has(id) || (present.get(id)?.updatedAt ?? '') >= askedAt);
    return isNewer || isThere ? 'unchanged' : 'restored';
  };
  const of = (kind: ReturnType<typeof kindOf>) =>
    candidates.filter((one) => kindOf(one) === kind).map(({ id }) => id);
  const restored = new Set(of('restored'));
  const coming = anew.filter(({ document }) => restored.has(document.id));
  const outcome: BatchOutcome = {
    ...{ restored: [...restored], unchanged: of('unchanged'), held: of('held'), erased: of('erased') },
    ...{ anew: coming.map(({ document }) => document.id), failures },
  };
  return { wanted: asTheyAre.filter(({ document }) => restored.has(document.id)), coming, outcome, present };
}

function idsOf({ document, version }: Anew): readonly string[] {
  return [...new Set([document.id, version.documentId])];
}

function isVersion({ version }: Anew, present: ReadonlyMap<string, DocumentNode>): boolean {
  const there = present.get(version.documentId);
  return there?.status === 'READY' && there.versionHash === version.versionHash;
}

/** Those that are there as the backup has them, down to what each chunk says. */
async function sameAmong(
  { graph }: WriteRestoredTools & Alone,
  versions: readonly StagedVersion[],
  present: ReadonlyMap<string, DocumentNode>,
): Promise<ReadonlySet<string>> {
  const alike = versions.filter(({ document: { id, versionHash } }) => {
    const there = present.get(id);
    return there?.status === 'READY' && there.versionHash === versionHash;
  });
  const digests = await graph.read(chunkDigests(alike.map(({ document }) => document.id)));
  const digestOf = new Map(digests.map(({ chunkId, digest }) => [chunkId, digest]));
  return new Set(
    alike
      .filter(({ knowledge }) => knowledge.every(({ chunkId, digest }) => digestOf.get(chunkId) === digest))
      .map(({ document }) => document.id),
  );
}

/** With the vectors of the backup, where the same embedder made those that are there; else embedded anew. */
async function indexRestored(
  tools: WriteRestoredTools & Alone,
  staged: Staged,
  {
    tenant,
    versions,
    change,
  }: { readonly tenant: string; readonly versions: readonly StagedVersion[]; readonly change: VersionChange },
  signal: AbortSignal,
): Promise<void> {
  const { live, beside } = await tools.vectors.indexes();
  const vectors = await vectorsFor(tools, staged.vectors, { tenant, change }, signal);
  await writeAhead(tools, tenant, {
    ...{ versions, added: change.added, vectors, index: live.name },
    texts: versions.flatMap(({ contents }) => contents),
  });
  // Without vectors: whoever fills that index finds what it misses.
  if (beside !== null)
    await tools.vectors.apply([toIndexChange(tenant, versions, change.added)], beside.name);
}

async function vectorsFor(
  { vectors, embedders }: WriteRestoredTools,
  staged: VectorStore,
  { tenant, change: { added } }: { readonly tenant: string; readonly change: VersionChange },
  signal: AbortSignal,
): Promise<readonly (Float32Array | null)[]> {
  const [{ embedder: own }, { embedder: theirs }] = [await vectors.current(), await staged.current()];
  if (own !== null && isSameEmbedder(own, theirs))
    return staged.vectors(
      added.map(({ chunk }) => chunk.id),
      tenant,
    );
  const embedder = await embedders.of(own);
  const passages = added.map(({ version, chunk }) => ({ title: version.document.title, text: chunk.text }));
  return embedder === null || passages.length === 0 ? [] : embedAcceptable(embedder, passages, signal);
}

/** Of all that the batch states, what those state that are written. */
function statedBy(versions: readonly StagedVersion[], { relationships }: RestoredBatch) {
  const stated = new Set(
    versions.flatMap(({ knowledge }) =>
      knowledge.flatMap(({ sayings }) =>
        (JSON.parse(sayings) as { relationships: readonly { id: string }[] }).relationships.map(
          ({ id }) => id,
        ),
      ),
    ),
  );
  return relationships.filter(({ id }) => stated.has(id));
}
