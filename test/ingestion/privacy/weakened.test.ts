/** Nobody learns what stands in sealed documents by having their policy made weaker before they are read. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DocumentInput } from '../../../ingestion/document-input.ts';
import type { PersonalDataAction } from '../../../model/personal-data.ts';
import type { Principal } from '../../../model/principal.ts';
import { Problem } from '../../../platform/errors.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import type { Extractor } from '../../../text/extractor.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';

const SLOW_MS = 240_000;
const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] };
const PEOPLE = 'people';
const LETTER: DocumentInput = { key: 'a', content: 'Wilhelmina Quastenberg, born 4 May 1980, grows roses.' };
const EVERY = { filter: { collection: null, jobId: null, step: null, code: null } };

let rooms: Rooms;
/** Whether the model that is asked is away: then what comes becomes a dead letter. */
let isAway = false;
const extractor: Extractor = {
  name: 'a model',
  extract: async (passages) => {
    if (isAway) throw new Problem('BUDGET_EXHAUSTED', 'The budget of the model is used up. Raise it.');
    return passages.map(() => ({ entities: [], mentions: [], relationships: [] }));
  },
};
beforeEach(async () => {
  isAway = false;
  rooms = await openRooms({ extractor });
});
afterEach(() => rooms.close());

const decide = (otherwise: PersonalDataAction, confidenceMin = 0.5) =>
  rooms.privacyPolicies.set(ADA, { collection: PEOPLE, otherwise, rules: [], confidenceMin });
const send = () => rooms.ingestion.submit(TENANT, PEOPLE, [LETTER]);
const texts = () =>
  rooms.graph.read(
    statement('test.texts', 'MATCH (c:Chunk) RETURN c.text AS text', {}, (row) => String(row['text'])),
  );
/** By another worker, behind whatever was decided. */
async function workedOff(jobId: string | null) {
  const worker = await rooms.joinWorker({});
  try {
    return await vi.waitFor(
      async () => {
        const [job] = await rooms.ingestion.jobs(TENANT, [jobId ?? '']);
        if (job?.finishedAt === null || job === undefined) throw new Error(JSON.stringify(job));
        return job;
      },
      { timeout: 60_000, interval: 50 },
    );
  } finally {
    await worker.close();
  }
}

describe('what waits sealed', { timeout: SLOW_MS }, () => {
  test.each([
    ['PSEUDONYMISE', 0.5, 'KEEP', 0.5],
    ['PSEUDONYMISE', 0.5, 'PSEUDONYMISE', 1],
    ['PSEUDONYMISE', 0.5, 'GENERALISE', 0.5],
    ['GENERALISE', 0.5, 'PSEUDONYMISE', 0.5],
    ['REDACT', 0.5, 'GENERALISE', 0.5],
  ] as const)(
    'under %s (%d) fails under %s (%d), and is stored nowhere',
    async (before, sure, after, less) => {
      await decide(before, sure);
      await rooms.worker.close();
      const { jobId, accepted } = await send();
      await decide(after, less);
      const job = await workedOff(jobId);
      expect(job).toMatchObject({ state: 'FAILED' });
      expect(job.failures).toMatchObject([{ documentId: accepted[0]?.documentId, code: 'FORBIDDEN' }]);
      expect(job.failures[0]?.message).toContain('Send it again');
      expect(await texts()).toEqual([]);
      // Whoever sends it now sends it under the policy of now.
      const again = await workedOff((await send()).jobId);
      expect(again).toMatchObject({ state: 'SUCCEEDED', failures: [] });
      expect(await texts()).toHaveLength(1);
    },
  );

  test.each([
    ['GENERALISE', 0.5, 'REDACT', 0.5],
    ['PSEUDONYMISE', 0.5, 'PSEUDONYMISE', 0.2],
  ] as const)(
    'under %s (%d) is read under %s (%d), which takes out more',
    async (before, sure, after, less) => {
      await decide(before, sure);
      await rooms.worker.close();
      const { jobId } = await send();
      await decide(after, less);
      expect(await workedOff(jobId)).toMatchObject({ state: 'SUCCEEDED', failures: [] });
      expect((await texts()).join(' ')).not.toContain('Quastenberg');
    },
  );
});

describe('a dead letter that is sealed', { timeout: SLOW_MS }, () => {
  const letter = async () => {
    isAway = true;
    await decide('PSEUDONYMISE');
    expect(await rooms.finished((await send()).jobId)).toMatchObject({ state: 'FAILED' });
    isAway = false;
  };

  test('is not replayed under a policy that takes out less, but by whoever may reveal', async () => {
    await letter();
    await decide('KEEP');
    const refused = await rooms.deadLetters.replay(TENANT, EVERY);
    expect(refused).toMatchObject({ ids: [], jobIds: [], refused: [{ problem: { code: 'FORBIDDEN' } }] });
    expect(await texts()).toEqual([]);
    const { jobIds } = await rooms.deadLetters.replay(TENANT, EVERY, { mayReveal: true });
    expect(await rooms.finished(jobIds[0] ?? '')).toMatchObject({ state: 'SUCCEEDED' });
    expect(await texts()).toEqual([LETTER.content]);
  });

  test.each([
    ['who may not reveal', false, 'PSEUDONYMISE', 'KEEP'],
    ['who may, under what they saw alone', true, 'GENERALISE', 'KEEP'],
  ] as const)(
    'stays closed where the policy is made weaker behind its replay by %s',
    async (_, mayReveal, seen, later) => {
      await letter();
      await decide(seen);
      await rooms.worker.close();
      const { jobIds } = await rooms.deadLetters.replay(TENANT, EVERY, { mayReveal });
      await decide(later);
      const job = await workedOff(jobIds[0] ?? '');
      expect(job.failures).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(await texts()).toEqual([]);
    },
  );
});
