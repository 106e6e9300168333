/** A treatment goes on only while whoever asked for it may still do so, and says why it does not. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Principal, Scope } from '../../../../model/principal.ts';
import { createApiKey, revokeApiKey } from '../../../../stores/graph/statements/api-keys.ts';
import { createUser, setUserDisabled, setUserRoles } from '../../../../stores/graph/statements/users.ts';
import { openRooms, type Rooms, TENANT } from '../../harness.ts';

const SLOW_MS = 300_000;
const PEOPLE = 'people';
/** One more than are treated together. */
const LETTERS = Array.from({ length: 101 }, (_, at) => ({
  key: `k${at}`,
  content: `Wilhelmina Quastenberg wrote letter ${at}.`,
}));
const AT = '2026-01-02T03:04:05.000Z';
const SCOPES: readonly Scope[] = ['admin:data', 'privacy:reveal'];
const OFFICER: Principal = { subject: 'user:usr_1', tenant: TENANT, scopes: SCOPES };
const KEY: Principal = { subject: 'key:key_1', tenant: TENANT, scopes: SCOPES, apiKey: 'key_1' };

let rooms: Rooms;
beforeEach(async () => {
  rooms = await openRooms();
  await rooms.graph.write([
    createUser(
      {
        ...{ id: 'usr_1', tenant: TENANT, name: 'Eve', login: 'eve', roles: ['privacy-officer'] },
        ...{ createdAt: AT, createdBy: 'ada', passwordChangedAt: AT, lastSignInAt: null, disabledAt: null },
        passwordHash: 'none',
      },
      'claim',
    ),
    createApiKey({
      ...{ id: 'key_1', tenant: TENANT, name: 'night', kind: 'LIVE', scopes: SCOPES, collections: null },
      ...{ limits: { requestsPerMinute: null, costPerMinute: null }, createdAt: AT, createdBy: 'ada' },
      ...{ expiresAt: null, lastUsedAt: null, rotatedAt: null, previousUntil: null, revokedAt: null },
      ...{ hash: 'h', previousHash: null, madeWith: 'm' },
    }),
  ]);
});
afterEach(() => rooms.close());

const newest = async () => (await rooms.privacyTreatments.list(TENANT))[0];
const until = (wanted: object) =>
  vi.waitFor(async () => expect(await newest()).toMatchObject(wanted), { timeout: 120_000, interval: 50 });

test.each([
  {
    who: OFFICER,
    lost: 'are disabled',
    says: 'is disabled',
    take: () => setUserDisabled(TENANT, 'usr_1', AT),
    back: () => setUserDisabled(TENANT, 'usr_1', null),
  },
  {
    who: OFFICER,
    lost: 'may not reveal any more',
    says: 'privacy:reveal',
    take: () => setUserRoles(TENANT, 'usr_1', ['administrator']),
    back: () => setUserRoles(TENANT, 'usr_1', ['privacy-officer']),
  },
  {
    who: KEY,
    lost: 'had it done by a key that is revoked',
    says: 'is revoked',
    take: () => revokeApiKey(TENANT, 'key_1', AT),
    back: null,
  },
])('rests before its next page where those who asked $lost', { timeout: SLOW_MS }, async (given) => {
  const { jobId } = await rooms.ingestion.submit(TENANT, PEOPLE, LETTERS);
  await rooms.finished(jobId);
  await rooms.worker.close();
  await rooms.privacyPolicies.set(OFFICER, {
    ...{ collection: PEOPLE, otherwise: 'PSEUDONYMISE', rules: [], confidenceMin: 0.5 },
  });
  await rooms.privacyTreatments.begin(given.who, PEOPLE);
  await until({ jobId: expect.any(String) });
  await rooms.graph.write([given.take()]);
  const worker = await rooms.joinWorker({});
  try {
    await until({ state: 'RUNNING', treated: 100, problem: expect.stringContaining(given.says) });
    if (given.back !== null) {
      await rooms.graph.write([given.back()]);
      await until({ state: 'SUCCEEDED', treated: 101, problem: null });
      return;
    }
    await rooms.privacyTreatments.cancel(TENANT, (await newest())?.id ?? '');
    await until({ state: 'CANCELLED', treated: 100 });
  } finally {
    await worker.close();
  }
});
