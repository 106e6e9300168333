/** Archives under the master key of now, so that the one before can be retired. */

import type { ArchivedDocument } from '../../model/archive.ts';
import { Problem, toProblem } from '../../platform/errors.ts';
import { archivesByIds } from '../../stores/graph/statements/archives.ts';
import type { Exclusive } from '../exclusive.ts';
import type { ArchiveStore } from './archive-store.ts';

export interface Rewrapping {
  readonly rewrapped: readonly ArchivedDocument[];
  readonly refused: readonly { readonly id: string; readonly problem: Problem }[];
}

export async function rewrapArchives(
  { exclusive }: { readonly exclusive: Exclusive },
  store: ArchiveStore,
  tenant: string,
  ids: readonly string[],
): Promise<Rewrapping> {
  const rewrapped: ArchivedDocument[] = [];
  const refused: { id: string; problem: Problem }[] = [];
  for (const id of ids) {
    // Alone, and one at a time: an archive that is deleted meanwhile must not get its key back.
    await exclusive(async ({ graph }) => {
      const [archive] = await graph.read(archivesByIds(tenant, [id]));
      if (archive === undefined || archive.state === 'DELETING') throw noSuchArchive(id);
      await store.rewrap(id);
      rewrapped.push(archive);
    }).catch((error: unknown) => refused.push({ id, problem: toProblem(error) }));
  }
  return { rewrapped, refused };
}

function noSuchArchive(id: string): Problem {
  return new Problem(
    'NOT_FOUND',
    `There is no archive ${id}. See "archivedDocuments" for those that there are.`,
  );
}
