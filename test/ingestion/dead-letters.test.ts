/** Dead letters: listed across jobs, replayed once the reason is gone, discarded; never an older version over a newer. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHolds } from '../../ingestion/retention/holds.ts';
import type { DeadLetterFilter } from '../../model/dead-letter.ts';
import { Problem } from '../../platform/errors.ts';
import { statement } from '../../stores/graph/graph-store.ts';
import { beginDocuments, documentsByIds } from '../../stores/graph/statements/documents.ts';
import type { Extractor } from '../../text/extractor.ts';
import { expectAgreement } from './archive/harness.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

const EVERY: DeadLetterFilter = { collection: null, jobId: null, step: null, code: null };

let rooms: Rooms;
/** Whether the model that is asked is away. */
let isAway: boolean;
const extractor: Extractor = {
  name: 'a model',
  extract: async (passages) => {
    if (isAway) throw new Problem('BUDGET_EXHAUSTED', 'The budget of the model is used up. Raise it.');
    return passages.map(() => ({ entities: [], mentions: [], relationships: [] }));
  },
};

beforeEach(async () => {
  isAway = true;
  rooms = await openRooms({ extractor });
});
afterEach(() => rooms.close());

const submit = async (documents: Parameters<Rooms['ingestion']['submit']>[2], collection = 'mail') => {
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, collection, documents);
  const job = await rooms.finished(jobId);
  return { job, ids: accepted.map(({ documentId }) => documentId) };
};
const list = (filter: Partial<DeadLetterFilter> = {}, tenant = TENANT) =>
  rooms.deadLetters.list(tenant, { filter: { ...EVERY, ...filter }, afterAt: '', afterId: '', limit: 100 });
const waitingIds = () =>
  rooms.graph.read(
    statement('test.waiting', `MATCH (s:Submission {state: 'PENDING'}) RETURN s.id AS id`, {}, (row) =>
      String(row['id']),
    ),
  );
const found = async (text: string) =>
  (await rooms.vectors.searchKeyword([{ text, limit: 9 }], { tenant: TENANT }))[0]?.length;

test('are listed across jobs with their reasons, and by each condition', async () => {
  const { job } = await submit([{ key: 'a', content: 'Madagascar.' }]);
  await submit([{ key: 'b', content: 'Mauritius.' }], 'notes');
  isAway = false;
  await submit([{ key: 'c', content: '%PDF-1.7 no', mediaType: 'application/pdf' }], 'notes');
  const all = await list();
  expect(all).toMatchObject([
    {
      key: 'a',
      step: 'EXTRACT',
      code: 'BUDGET_EXHAUSTED',
      message: expect.stringContaining('budget'),
      jobId: job.id,
    },
    { key: 'b', isReplaced: false, failedAt: expect.stringMatching(/^\d{4}/) },
    { key: 'c', step: 'PARSE', code: 'UNPROCESSABLE_DOCUMENT' },
  ]);
  const keysOf = async (filter: Partial<DeadLetterFilter>) => (await list(filter)).map(({ key }) => key);
  expect(await keysOf({ collection: 'notes' })).toEqual(['b', 'c']);
  expect(await keysOf({ jobId: job.id })).toEqual(['a']);
  expect(await keysOf({ step: 'PARSE' })).toEqual(['c']);
  expect(await keysOf({ code: 'BUDGET_EXHAUSTED', collection: 'notes' })).toEqual(['b']);
  expect(await rooms.deadLetters.count()).toBe(3);
  const [, second] = all;
  const page = { filter: EVERY, afterAt: second?.submittedAt ?? '', afterId: second?.id ?? '', limit: 100 };
  expect(await rooms.deadLetters.list(TENANT, page)).toMatchObject([{ key: 'c' }]);
  expect(await list({}, 'other')).toEqual([]);
});

test('are replayed as they were, in new jobs, each once', async () => {
  const metadata = { customer: '17' };
  const { ids } = await submit([
    { key: 'a', content: 'Madagascar.', metadata, title: 'Islands' },
    { key: 'b', content: 'Mauritius.' },
  ]);
  await submit([{ key: 'a', content: 'Réunion.' }], 'notes');
  isAway = false;
  const { jobIds, ids: replayed, refused, more } = await rooms.deadLetters.replay(TENANT, { filter: EVERY });
  expect([jobIds.length, replayed.length, refused, more]).toEqual([2, 3, [], false]);
  for (const jobId of jobIds) expect(await rooms.finished(jobId)).toMatchObject({ state: 'SUCCEEDED' });
  expect(await list()).toEqual([]);
  expect(await Promise.all(['Madagascar', 'Mauritius', 'Réunion', 'Islands'].map(found))).toEqual([
    1, 1, 1, 1,
  ]);
  // The same is there now, so the same again is no work.
  const again = [{ key: 'a', content: 'Madagascar.', metadata, title: 'Islands' }];
  expect(await rooms.ingestion.submit(TENANT, 'mail', again)).toMatchObject({
    jobId: null,
    accepted: [{ documentId: ids[0], outcome: 'UNCHANGED' }],
  });
  expect(await rooms.deadLetters.replay(TENANT, { filter: EVERY })).toMatchObject({ jobIds: [], ids: [] });
  await expectAgreement(rooms);
});

test('that fail again are dead letters again', async () => {
  await submit([{ key: 'a', content: 'Madagascar.' }]);
  const [before] = await list();
  const { jobIds } = await rooms.deadLetters.replay(TENANT, { ids: [before?.id ?? ''] });
  expect(await rooms.finished(jobIds[0] ?? '')).toMatchObject({ state: 'FAILED' });
  expect(await list()).toMatchObject([{ key: 'a', jobId: jobIds[0] }]);
});

test('stay with their document where it was sent again and that is cancelled', async () => {
  const { ids } = await submit([{ key: 'a', content: 'Madagascar.' }]);
  const [letter] = await list();
  await rooms.worker.close();
  const again = await rooms.ingestion.submit(TENANT, 'mail', [
    { key: 'a', content: 'Mauritius.' },
    { key: 'b', content: 'Réunion.' },
  ]);
  await rooms.graph.write([beginDocuments(await waitingIds())]);
  await rooms.ingestion.cancel(TENANT, again.jobId ?? '');
  expect(await list()).toMatchObject([{ id: letter?.id, documentId: ids[0] }]);
  expect(await rooms.graph.read(documentsByIds(TENANT, ids))).toMatchObject([{ key: 'a', status: 'FAILED' }]);
  expect(await rooms.counts()).toMatchObject({ Document: 1, Submission: 1 });
  expect(await rooms.deadLetters.discard(TENANT, { filter: EVERY })).toMatchObject({ ids: [letter?.id] });
  expect(await rooms.counts()).toMatchObject({ Document: 0, Submission: 0, Removal: 0 });
});

test('never take the place of what was submitted since', async () => {
  await submit([{ key: 'a', content: 'Madagascar.' }]);
  isAway = false;
  await submit([{ key: 'a', content: 'Mauritius.' }]);
  const [letter] = await list();
  expect(letter).toMatchObject({ isReplaced: true });
  expect(await rooms.deadLetters.replay(TENANT, { filter: EVERY })).toMatchObject({ ids: [], refused: [] });
  const asked = await rooms.deadLetters.replay(TENANT, { ids: [letter?.id ?? '', 'sub_none'] });
  expect(asked.refused.map(({ problem }) => problem.code).toSorted()).toEqual(['CONFLICT', 'NOT_FOUND']);
  expect([await found('Madagascar'), await found('Mauritius')]).toEqual([0, 1]);
});

test('are discarded with their bytes and with documents that never had a version, and nothing else goes', async () => {
  isAway = false;
  await submit([{ key: 'kept', content: 'Zanzibar.' }]);
  isAway = true;
  await submit([
    { key: 'kept', content: 'Madagascar.' },
    { key: 'never', content: 'Mauritius.' },
    { key: 'same bytes', content: 'Zanzibar.', title: 'Another' },
  ]);
  expect(await rooms.counts()).toMatchObject({ Document: 3, Submission: 3 });
  const { ids } = await rooms.deadLetters.discard(TENANT, { filter: EVERY });
  expect(ids).toHaveLength(3);
  expect(await rooms.counts()).toMatchObject({ Document: 1, Submission: 0, Removal: 0 });
  const { contents } = await rooms.content.list(TENANT, { after: null, limit: 10 });
  // Bytes and text of the one that stays.
  expect(contents).toHaveLength(2);
  expect(await found('Zanzibar')).toBe(1);
  await expectAgreement(rooms);
});

test('are kept by legal holds: neither discarded nor replayed over the version that is held', async () => {
  isAway = false;
  await submit([{ key: 'a', content: 'Zanzibar.', metadata: { case: '4711' } }]);
  isAway = true;
  await submit([{ key: 'a', content: 'Madagascar.', metadata: { case: '4711' } }]);
  isAway = false;
  const selection = { collection: null, metadata: [{ key: 'case', in: ['4711'] }] };
  const ada = { subject: 'ada', tenant: TENANT, scopes: [] };
  const holds = createHolds({ ...rooms, now: () => new Date() });
  await holds.place(ada, { name: 'case', reason: 'a lawsuit', selection });
  for (const action of ['replay', 'discard'] as const)
    expect(await rooms.deadLetters[action](TENANT, { filter: EVERY })).toMatchObject({
      ids: [],
      refused: [{ problem: { code: 'CONFLICT', message: expect.stringContaining('legal hold "case"') } }],
    });
  await holds.release(TENANT, 'case');
  const { jobIds } = await rooms.deadLetters.replay(TENANT, { filter: EVERY });
  await rooms.finished(jobIds[0] ?? '');
  expect([await found('Madagascar'), await found('Zanzibar')]).toEqual([1, 0]);
});

test('are of one tenant', async () => {
  await submit([{ key: 'a', content: 'Madagascar.' }]);
  const [letter] = await list();
  for (const action of ['replay', 'discard'] as const) {
    expect(await rooms.deadLetters[action]('other', { filter: EVERY })).toMatchObject({ ids: [] });
    const named = await rooms.deadLetters[action]('other', { ids: [letter?.id ?? ''] });
    expect(named).toMatchObject({ ids: [], refused: [{ problem: { code: 'NOT_FOUND' } }] });
  }
  expect(await list()).toHaveLength(1);
});
