/** How exactly a policy says what it says less exactly: in documents, and within limits. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../../ingestion/document-input.ts';
import type { Principal } from '../../../model/principal.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] };
const PEOPLE = 'people';

let rooms: Rooms;
beforeEach(async () => {
  rooms = await openRooms();
});
afterEach(() => rooms.close());

async function ingest(documents: readonly DocumentInput[]) {
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, PEOPLE, documents);
  await rooms.finished(jobId);
  return accepted;
}
const texts = (documentId: string) =>
  rooms.graph.read(
    statement(
      'test.texts',
      'MATCH (c:Chunk {documentId: $documentId}) RETURN c.text AS text ORDER BY c.index',
      { documentId },
      (row) => String(row['text']),
    ),
  );

describe('documents whose personal data is said less exactly', () => {
  test('say ages, births and post codes as exactly as the policy has it', async () => {
    const content = 'Anna was born on 4 May 1987 and is aged 38. Her mother is 93 years old.';
    const generalise = (generalisation: Parameters<Rooms['privacyPolicies']['set']>[1]['generalisation']) =>
      rooms.privacyPolicies.set(ADA, {
        ...{ collection: PEOPLE, otherwise: 'GENERALISE', rules: [], confidenceMin: 0.5 },
        generalisation: generalisation ?? {},
      });
    await generalise({});
    const [first] = await ingest([{ key: 'a', content }]);
    expect((await texts(first?.documentId ?? '')).join()).toMatch(
      /born on 1987 and is aged 30–39\. Her mother is 90\+ years old/,
    );
    await generalise({ birthDate: 'DECADE', ageBandYears: 20, ageMax: 64 });
    const [again] = await ingest([{ key: 'a', content }]);
    expect(again?.outcome).toBe('CHANGED');
    expect((await texts(first?.documentId ?? '')).join()).toMatch(
      /born on 1980s and is aged 20–39\. Her mother is 60\+ years old/,
    );
  });

  test.each([
    ['ageBandYears', 1],
    ['ageBandYears', 2.5],
    ['ageMax', 40],
    ['ageMax', 151],
    ['postcodeDigits', 4],
    ['postcodeDigits', -1],
  ])('are under no policy whose %s is %d', async (name, value) => {
    await expect(
      rooms.privacyPolicies.set(ADA, {
        ...{ collection: PEOPLE, otherwise: 'GENERALISE', rules: [], confidenceMin: 0.5 },
        generalisation: { [name]: value },
      }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(name) });
  });
});
