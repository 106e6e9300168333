/** Policies that are set again behind a restore: whatever treatments the backup has, every document is come by. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { setAgain } from '../../../ingestion/privacy/policies-since.ts';
import {
  changeRecord,
  type TreatmentRecord,
} from '../../../ingestion/privacy/treatments/treatment-record.ts';
import type { PersonalDataAction, PersonalDataPolicy } from '../../../model/personal-data.ts';
import type { Principal } from '../../../model/principal.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] };

let rooms: Rooms;
let strict: PersonalDataPolicy;
beforeEach(async () => {
  rooms = await openRooms({ startWorker: false });
  strict = await decide('REDACT');
  await decide('KEEP');
});
afterEach(() => rooms.close());

const decide = (otherwise: PersonalDataAction) =>
  rooms.privacyPolicies.set(ADA, { collection: null, otherwise, rules: [], confidenceMin: 0.5 });
/** As a restore does it; then the policy is what the backup has, for the next one. */
async function restored(): Promise<string> {
  const ids = await setAgain({ graph: rooms.graph, now: () => new Date() }, [strict]);
  expect(await rooms.privacyPolicies.list(TENANT)).toEqual([strict]);
  await decide('KEEP');
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}
const states = async () =>
  Object.fromEntries((await rooms.privacyTreatments.list(TENANT)).map(({ id, state }) => [id, state]));

test('one that has not begun yet is gone on with', async () => {
  const id = await restored();
  expect(await restored()).toBe(id);
  expect(await states()).toEqual({ [id]: 'RUNNING' });
});

test.each<readonly [string, Partial<TreatmentRecord>]>([
  ['is being cancelled', { state: 'CANCELLING' }],
  ['has passed documents', { collection: 'people', after: 'doc_1' }],
  ['has passed a collection', { collection: 'people' }],
  ['somebody asked for', { requestedBy: 'ada' }],
])('one that %s ends, and another one begins at the first document', async (_, changed) => {
  const id = await restored();
  await changeRecord(rooms, { tenant: TENANT, id }, (record) => ({ ...record, ...changed }));
  const next = await restored();
  expect(await states()).toEqual({ [id]: 'CANCELLED', [next]: 'RUNNING' });
  expect(next).not.toBe(id);
});
