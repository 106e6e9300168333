/** Privacy policies that were set since a backup of the whole hold in what is restored from it as well. */

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PersonalDataAction } from '../../../model/personal-data.ts';
import type { Principal } from '../../../model/principal.ts';
import { isOver } from '../../../model/privacy-treatment.ts';
import { restoreBeside } from '../../../operations/restores/restore-beside.ts';
import type { DecidedAgain } from '../../../operations/restores/restore-into.ts';
import { REPLAY } from '../../../parts/restores.ts';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedContentStore } from '../../../stores/content/embedded/embedded-content-store.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { createEmbeddedVectorStore } from '../../../stores/vectors/embedded/embedded-vector-store.ts';
import { openRooms, type Rooms, TENANT } from '../../ingestion/harness.ts';
import { type Desk, openDesk } from '../backups/harness.ts';

const SLOW_MS = 240_000;
const log = createLog({ level: 'silent' });
const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };
const LETTER = { key: 'a', content: 'Wilhelmina Quastenberg grows roses.' };

let desk: Desk;
let folder: string;
let restored: Rooms | null;
beforeEach(async () => {
  desk = await openDesk();
  folder = await mkdtemp(join(tmpdir(), 'trellis-data-'));
  restored = null;
});
afterEach(async () => {
  await restored?.close();
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

const decide = (otherwise: PersonalDataAction, collection: string | null = null) =>
  desk.rooms.privacyPolicies.set(ADA, { collection, otherwise, rules: [], confidenceMin: 0.5 });
const ingest = async () => {
  const { jobId } = await desk.rooms.ingestion.submit(TENANT, 'mail', [LETTER]);
  await desk.rooms.finished(jobId);
};
/** Restored beside what runs, with what was decided since; then it is the installation that runs. */
async function restore(id: string): Promise<DecidedAgain> {
  const set = await desk.sets.open(id);
  const decided = await REPLAY.since(desk.rooms.graph, set.manifest.cutAt);
  const open = async (directory: string) => {
    const graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log });
    const content = createEmbeddedContentStore({ directory: join(directory, 'content') });
    const vectors = createEmbeddedVectorStore({ directory: join(directory, 'vectors'), log });
    await Promise.all([graph.open(), content.open(), vectors.open(set.manifest.embedder)]);
    const close = async () => {
      await Promise.all([graph.close(), content.close(), vectors.close()]);
    };
    return { graph, content, vectors, close };
  };
  const again = await restoreBeside(
    { folder, beside: 'restores/one', open, files: [] },
    {
      ...{ sets: desk.sets, set, only: null, decided, replay: REPLAY, by: 'ada', about: [], log },
      ...{ signal: new AbortController().signal, onProgress: () => undefined },
    },
  );
  const directory = join(folder, 'restores/one');
  // The keys of tenants lie beside the data, and are neither in backups nor replaced.
  await cp(join(desk.rooms.directory, 'tenant-keys'), join(directory, 'tenant-keys'), { recursive: true });
  restored = await openRooms({
    directory,
    createGraph: () => createEmbeddedGraphStore({ directory: join(directory, 'graph'), log }),
  });
  return again;
}
const texts = () =>
  restored?.graph.read(
    statement('test.texts', 'MATCH (c:Chunk) RETURN c.text AS text', {}, (row) => String(row['text'])),
  );

describe('a policy that was set since the backup', { timeout: SLOW_MS }, () => {
  test.each([
    ['for all collections', null],
    ['for one', 'mail'],
  ])(
    '%s holds again, and the restore begins the treatment of what is from before it',
    async (_, collection) => {
      await ingest();
      const backup = await desk.backUp();
      await decide('REDACT', collection);
      const { treatments } = await restore(backup.id);
      expect(treatments).toHaveLength(1);
      expect(await restored?.privacyPolicies.list(TENANT)).toMatchObject([{ updatedBy: 'ada' }]);
      const over = await vi.waitFor(
        async () => {
          const [found] = (await restored?.privacyTreatments.list(TENANT)) ?? [];
          if (found === undefined || !isOver(found)) throw new Error(JSON.stringify(found));
          return found;
        },
        { timeout: 60_000, interval: 50 },
      );
      expect(over).toMatchObject({
        id: treatments[0],
        state: 'SUCCEEDED',
        treated: 1,
        requestedBy: 'trellis',
      });
      expect(await texts()).toEqual(['[person] grows roses.']);
    },
  );

  test('and takes out less leaves what the backup protects as it is', async () => {
    await decide('PSEUDONYMISE');
    await ingest();
    const backup = await desk.backUp();
    await decide('KEEP');
    expect(await restore(backup.id)).toMatchObject({ treatments: [] });
    expect((await restored?.privacyPolicies.list(TENANT))?.[0]?.rules.PERSON).toBe('PSEUDONYMISE');
    expect((await texts())?.join()).not.toContain('Quastenberg');
  });
});
