/**
 * Versions that take the place of a document under another id. They do so only while that document is there and nobody
 * holds it: who deletes or holds it meanwhile knows it by the id that it has.
 */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import { documentsByIds } from '../stores/graph/statements/documents.ts';
import { submissionsOfDocuments } from '../stores/graph/statements/submissions.ts';
import type { SubmittedVersion } from './batch.ts';
import { heldAmong } from './retention/holds.ts';

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
  const moving = versions.flatMap(({ submission: { id, documentId, movedFrom } }) =>
    movedFrom === null ? [] : [{ id, to: documentId, from: movedFrom }],
  );
  if (moving.length === 0) return NONE;
  const old = await graph.read(
    documentsByIds(
      tenant,
      moving.map(({ from }) => from),
    ),
  );
  const held = await heldAmong(graph, tenant, old);
  const free = new Set(old.filter(({ id }) => !held.has(id)).map(({ id }) => id));
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
