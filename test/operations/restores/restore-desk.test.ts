/** Who may bring back what, and what is refused with a sentence that says what to do instead. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPartRestores } from '../../../ingestion/restoring/part-restores.ts';
import type { Principal } from '../../../model/principal.ts';
import { createBackupDesk } from '../../../operations/backups/backup-desk.ts';
import {
  createRestoreDesk,
  type RestoreDesk,
  type RestoreWish,
} from '../../../operations/restores/restore-desk.ts';
import { type Desk, ingestSamples, openDesk } from '../backups/harness.ts';

let desk: Desk;
let front: RestoreDesk;
let [whole, ofTenant, ofCollection] = ['', '', ''];
beforeAll(async () => {
  desk = await openDesk();
  await ingestSamples(desk.rooms, { count: 1 });
  // As on engines on servers: nothing is there that the whole could be restored into.
  front = createRestoreDesk({
    ...{ sets: desk.sets, whole: null },
    backups: createBackupDesk({ backups: desk.backups, graph: desk.rooms.graph }),
    parts: createPartRestores({ graph: desk.rooms.graph, now: () => new Date() }),
  });
  whole = (await desk.backUp()).id;
  ofTenant = (await desk.backUp({ kind: 'TENANT', tenant: 'acme' })).id;
  const collections = createBackupDesk({ backups: desk.backups, graph: desk.rooms.graph });
  const wish = { scope: 'COLLECTION', collection: 'samples' } as const;
  ofCollection = (await desk.backups.ended((await collections.begin(principal('acme'), wish)).id)).id;
}, 120_000);
afterAll(() => desk?.close());

const principal = (tenant: string): Principal => ({ subject: 'ada', tenant, scopes: ['admin:backups'] });
const operator: Principal = { ...principal('operators'), isOperator: true };
const wish = (changes: Partial<RestoreWish>): RestoreWish => ({
  ...{ backup: whole, scope: 'TENANT', tenant: null, collection: null, mode: 'MERGE', withAccess: false },
  ...changes,
});
const refused = (who: Principal, changes: Partial<RestoreWish>, expected: object) =>
  expect(front.begin(who, wish(changes))).rejects.toMatchObject(expected);

describe('a restore', () => {
  test('of the whole is refused on engines on servers, naming the command that does it', async () => {
    await refused(
      operator,
      { scope: 'INSTALLATION' },
      { code: 'CONFLICT', message: expect.stringContaining('trellis restore ID --to') },
    );
  });

  test('of what is not in the backup is refused, and says what is', async () => {
    const collection = { backup: ofCollection, scope: 'COLLECTION' } as const;
    const bad = { code: 'BAD_INPUT' };
    await refused(operator, { backup: ofTenant, tenant: 'umbrella' }, bad);
    await refused(operator, { backup: ofTenant, scope: 'INSTALLATION' }, bad);
    await refused(operator, { backup: ofCollection, tenant: 'acme' }, bad);
    await refused(principal('acme'), { ...collection, collection: 'others' }, bad);
    await refused(principal('acme'), { ...collection, collection: null }, bad);
    await refused(principal('acme'), { ...collection, collection: 'samples', withAccess: true }, bad);
    await refused(principal('acme'), { backup: ofTenant, collection: 'samples' }, bad);
    await refused(operator, { scope: 'INSTALLATION', tenant: 'acme' }, bad);
  });

  test('from a backup, or into a tenant, that is another’s is refused', async () => {
    await refused(principal('umbrella'), { backup: ofTenant }, { code: 'NOT_FOUND' });
    await refused(principal('acme'), { backup: whole }, { code: 'NOT_FOUND' });
    await refused(principal('acme'), { backup: ofTenant, tenant: 'umbrella' }, { code: 'FORBIDDEN' });
    await refused(principal('acme'), { backup: ofTenant, scope: 'INSTALLATION' }, { code: 'FORBIDDEN' });
  });

  test('is seen, and stopped, by its tenant and by those who run the installation; one a tenant at a time', async () => {
    const { id } = await front.begin(principal('acme'), wish({ backup: ofTenant }));
    await refused(operator, { tenant: 'acme' }, { code: 'CONFLICT' });
    expect(await front.find(principal('umbrella'), id)).toBeNull();
    await expect(front.cancel(principal('umbrella'), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await front.find(operator, id)).toMatchObject({ state: 'RUNNING', mode: 'MERGE' });
    for (const step of [front.switchTo, front.confirm, front.revert])
      await expect(step(operator, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    const told: string[] = [];
    for await (const { state } of front.watch(principal('acme'), id, AbortSignal.timeout(60_000))) {
      if (told.push(state) === 1) await front.cancel(principal('acme'), id);
    }
    expect(told).toEqual(['RUNNING', 'CANCELLED']);
    expect((await front.list(operator, { before: '', limit: 5 })).map((restore) => restore.id)).toEqual([id]);
    expect(await front.list(principal('umbrella'), { before: '', limit: 5 })).toEqual([]);
  });
});
