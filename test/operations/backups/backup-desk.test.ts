/** Who may make and see which backups. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../../model/principal.ts';
import { type BackupDesk, createBackupDesk } from '../../../operations/backups/backup-desk.ts';
import { type Desk, ingestSamples, openDesk } from './harness.ts';

let desk: Desk;
let front: BackupDesk;
beforeAll(async () => {
  desk = await openDesk();
  await ingestSamples(desk.rooms, { count: 1 });
  front = createBackupDesk({ backups: desk.backups, graph: desk.rooms.graph });
}, 120_000);
afterAll(() => desk.close());

const principal = (tenant: string): Principal => ({ subject: 'ada', tenant, scopes: ['admin:backups'] });
const operator: Principal = { ...principal('operators'), isOperator: true };
const ended = async (wish: Parameters<BackupDesk['begin']>[1], who: Principal) =>
  desk.backups.ended((await front.begin(who, wish)).id);
const TENANT = { scope: 'TENANT', collection: null } as const;
const WHOLE = { scope: 'INSTALLATION', collection: null } as const;

describe('a backup', () => {
  test('of the installation is made by those who run it alone', async () => {
    await expect(front.begin(principal('acme'), WHOLE)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await ended(WHOLE, operator)).state).toBe('SUCCEEDED');
  });

  test('is seen, verified, cancelled and removed by its tenant and by those who run the installation', async () => {
    const whole = await ended(WHOLE, operator);
    const own = await ended(TENANT, principal('acme'));
    const page = { before: '', limit: 1 };
    expect((await front.list(principal('acme'), page)).map(({ id }) => id)).toEqual([own.id]);
    expect(await front.find(principal('other'), own.id)).toBeNull();
    expect(await front.find(principal('acme'), whole.id)).toBeNull();
    expect(await front.find(operator, own.id)).toMatchObject({ id: own.id });
    for (const id of [own.id, whole.id])
      for (const refused of [
        () => front.verify(principal('other'), id, 'HASHES'),
        () => front.cancel(principal('other'), id),
        () => front.rewrap(principal('other'), id),
        () => front.remove(principal('other'), id),
      ])
        await expect(refused()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await front.remove(principal('acme'), own.id);
    expect(await front.find(operator, own.id)).toBeNull();
  });

  test('of a collection is of one that there is', async () => {
    const wish = { scope: 'COLLECTION', collection: 'none' } as const;
    await expect(front.begin(principal('acme'), wish)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const made = await ended({ scope: 'COLLECTION', collection: 'samples' }, principal('acme'));
    expect(made.scope).toMatchObject({ kind: 'COLLECTION', collection: 'samples', tenant: 'acme' });
  });
});
