/**
 * Versions that take the place of a document under another id: it goes in the transaction in which they come, so that
 * nobody sees both. They do so only while that document is as it was, and nobody holds it: who deletes or holds it
 * meanwhile, or sent another version of it before, knows it by the id that it has.
 */

import type { GraphStore, Statement } from '../stores/graph/graph-store.ts';
import { dropArchivesOf } from '../stores/graph/statements/archives.ts';
import { chunkDigests } from '../stores/graph/statements/chunks.ts';
import { type DocumentNode, deleteDocuments, documentsByIds } from '../stores/graph/statements/documents.ts';
import {
  contentsOfDocuments,
  deleteSubmissionsOfDocuments,
  submissionsOfDocuments,
} from '../stores/graph/statements/submissions.ts';
import type { SubmittedVersion } from './batch.ts';
import { contentsOf } from './removals.ts';
import { heldAmong } from './retention/holds.ts';
import type { VersionChange } from './steps/version.ts';
import type { Abandoned } from './steps/write.ts';

export interface Unmoved {
  /** Of submissions whose versions are not to be written. */
  readonly submissionIds: ReadonlySet<string>;
  /** Of documents that nothing is left of then: no version, and nothing else that waits. */
  readonly documentIds: ReadonlySet<string>;
}

const NONE: Unmoved = { submissionIds: new Set(), documentIds: new Set() };

/** Certain for whoever has the index alone. */
export async function unmovedAmong(
  graph: GraphStore,
  tenant: string,
  versions: readonly SubmittedVersion[],
): Promise<Unmoved> {
  const moving = versions.flatMap(({ submission: { id, documentId, movedFrom, movedVersion } }) =>
    movedFrom === null ? [] : [{ id, to: documentId, from: movedFrom, version: movedVersion }],
  );
  if (moving.length === 0) return NONE;
  const free = await unchangedAmong(graph, tenant, moving);
  const unmoved = moving.filter(({ from }) => !free.has(from));
  const ids = unmoved.map(({ to }) => to);
  const [waiting, indexed] = await Promise.all([
    graph.read(submissionsOfDocuments(ids)),
    graph.read(documentsByIds(tenant, ids)),
  ]);
  const stay = new Set(indexed.filter(({ versionHash }) => versionHash !== null).map(({ id }) => id));
  const isAlone = (id: string) => waiting.filter(({ documentId }) => documentId === id).length <= 1;
  return {
    submissionIds: new Set(unmoved.map(({ id }) => id)),
    documentIds: new Set(ids.filter((id) => !stay.has(id) && isAlone(id))),
  };
}

/** Ids of the old documents that may go. */
async function unchangedAmong(
  graph: GraphStore,
  tenant: string,
  moving: readonly { readonly from: string; readonly version: string | null }[],
): Promise<ReadonlySet<string>> {
  const ids = moving.map(({ from }) => from);
  const [old, newer] = await Promise.all([
    graph.read(documentsByIds(tenant, ids)),
    graph.read(submissionsOfDocuments(ids)),
  ]);
  const held = await heldAmong(graph, tenant, old);
  const wanted = new Map(moving.map(({ from, version }) => [from, version]));
  const waits = new Set(newer.map(({ documentId }) => documentId));
  const isAsItWas = ({ id, versionHash }: DocumentNode) => (wanted.get(id) ?? versionHash) === versionHash;
  const free = old.filter((one) => isAsItWas(one) && !held.has(one.id) && !waits.has(one.id));
  return new Set(free.map(({ id }) => id));
}

/** What goes with the old documents: in the transaction that makes the versions visible, and from the stores behind it. */
export interface Leaving {
  /** The change with the chunks of what leaves. */
  readonly change: VersionChange;
  readonly abandoned: Abandoned;
  readonly beside: readonly Statement<unknown>[];
}

/** For whoever has the index alone, of versions that are written. */
export async function withMoved(
  graph: GraphStore,
  tenant: string,
  versions: readonly SubmittedVersion[],
  given: Leaving,
): Promise<Leaving> {
  const ids = versions.flatMap(({ submission: { movedFrom } }) => (movedFrom === null ? [] : [movedFrom]));
  if (ids.length === 0) return given;
  const [old, chunks, submitted] = await Promise.all([
    graph.read(documentsByIds(tenant, ids)),
    graph.read(chunkDigests(ids)),
    graph.read(contentsOfDocuments(ids)),
  ]);
  const kept = new Set(versions.flatMap(({ document }) => contentsOf(document)));
  const hashes = [...old.flatMap(contentsOf), ...submitted].filter((hash) => !kept.has(hash));
  const { change, abandoned, beside } = given;
  return {
    change: { ...change, removed: [...change.removed, ...chunks.map(({ chunkId }) => chunkId)] },
    abandoned: {
      ...abandoned,
      documentIds: [...abandoned.documentIds, ...ids],
      hashes: [...abandoned.hashes, ...hashes],
    },
    beside: [
      ...beside,
      ...deleteSubmissionsOfDocuments(ids),
      deleteDocuments(ids),
      // Copies of what was brought back from an archive; whoever keeps archives removes them from the target.
      dropArchivesOf(ids, ['BROUGHT_BACK']),
    ],
  };
}
