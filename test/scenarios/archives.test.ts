import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Scenario, startScenario, TRANSPORTS } from './harness.ts';

describe.each(TRANSPORTS)('archives and dead letters, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  let backups: string;
  const SEARCH =
    'query ($text: String!) { search(query: $text, arms: [KEYWORD]) { hits { chunk { text } } } }';
  const found = async (text: string) => (await trellis.run(SEARCH, { text })).data.search.hits.length;
  const idOf = async (key: string) => {
    const { data } = await trellis.run('{ documents { nodes { id key createdAt } } }');
    return data.documents.nodes.find((each: { readonly key: string }) => each.key === key);
  };
  beforeAll(async () => {
    backups = await mkdtemp(join(tmpdir(), 'trellis-archives-'));
    trellis = await startScenario({
      transport,
      settings: {
        TRELLIS_BACKUP_DIR: backups,
        TRELLIS_BACKUP_KEY: Buffer.alloc(32, 7).toString('base64'),
      },
    });
    await trellis.ingest('mail', [
      { key: 'a', content: 'Zanzibar.' },
      { key: 'b', content: 'Mauritius.' },
    ]);
  });
  afterAll(async () => {
    await trellis?.close();
    await rm(backups, { recursive: true, force: true });
  });

  test('a document goes into the archive and comes back as it was', async () => {
    const before = await idOf('a');
    const put = await trellis.run(
      `mutation ($input: ArchiveDocumentsInput!) { archiveDocuments(input: $input) {
        archived { id state key collection title bytes archivedBy reason } refused { id code message } } }`,
      { input: { ids: [before.id, 'doc_none'], reason: 'old' } },
    );
    expect(put.errors).toEqual([]);
    expect(put.data.archiveDocuments).toMatchObject({
      archived: [{ state: 'ARCHIVED', key: 'a', collection: 'mail', bytes: 9, reason: 'old' }],
      refused: [{ id: 'doc_none', code: 'NOT_FOUND' }],
    });
    expect(await found('Zanzibar')).toBe(0);
    const listed = await trellis.run(
      '{ archivedDocuments(collection: "mail", first: 1) { nodes { id } pageInfo { hasNextPage } } }',
    );
    const [{ id }] = listed.data.archivedDocuments.nodes;
    const back = await trellis.run(
      'mutation ($ids: [ID!]!) { bringBackDocuments(input: { ids: $ids }) { comingBack { state } refused { code } jobIds } }',
      { ids: [id] },
    );
    expect(back.data.bringBackDocuments).toMatchObject({
      comingBack: [{ state: 'BRINGING_BACK' }],
      refused: [],
    });
    await trellis.jobDone(back.data.bringBackDocuments.jobIds[0]);
    expect([await idOf('a'), await found('Zanzibar')]).toEqual([before, 1]);
    const gone = await trellis.run(
      'mutation ($ids: [ID!]!) { deleteArchivedDocuments(input: { ids: $ids }) { ids notFound } }',
      { ids: [id] },
    );
    expect(gone.data.deleteArchivedDocuments).toEqual({ ids: [id], notFound: [] });
    const log = await trellis.run('{ auditLog(first: 9) { nodes { action targets } } }');
    expect(log.data.auditLog.nodes).toEqual(
      expect.arrayContaining([
        { action: 'Mutation.archiveDocuments', targets: [before.id, 'doc_none'] },
        { action: 'Mutation.bringBackDocuments', targets: [id] },
        { action: 'Mutation.deleteArchivedDocuments', targets: [id] },
      ]),
    );
  });

  test('a policy archives where it is told to', async () => {
    const { data } = await trellis.run(
      `mutation { setRetentionPolicy(input: { name: "old", days: 90, action: ARCHIVE }) {
        policy { action deleted archived } } }`,
    );
    expect(data.setRetentionPolicy.policy).toEqual({ action: 'ARCHIVE', deleted: 0, archived: 0 });
  });

  test('what cannot be indexed is listed, replayed and discarded', async () => {
    const { data } = await trellis.run(
      `mutation ($d: [DocumentInput!]!) { ingestDocuments(input: { collection: "mail", documents: $d }) { job { id } } }`,
      { d: [{ key: 'c', content: '%PDF-1.7 no', mediaType: 'application/pdf' }] },
    );
    await trellis.jobDone(data.ingestDocuments.job.id);
    const LIST = `query ($filter: DeadLetterFilter) { deadLetters(filter: $filter) {
      nodes { id key step code jobId isReplaced failedAt } pageInfo { hasNextPage } } }`;
    const list = async (filter = {}) => (await trellis.run(LIST, { filter })).data.deadLetters.nodes;
    expect(await list()).toMatchObject([
      { key: 'c', step: 'PARSE', code: 'UNPROCESSABLE_DOCUMENT', isReplaced: false },
    ]);
    expect(await list({ code: 'UNAVAILABLE' })).toEqual([]);
    const both = await trellis.run('mutation { replayDeadLetters(input: {}) { ids } }');
    expect(both.errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
    const replayed = await trellis.run(
      'mutation { replayDeadLetters(input: { filter: { step: PARSE } }) { ids refused { code } jobIds more } }',
    );
    expect(replayed.data.replayDeadLetters).toMatchObject({ refused: [], more: false });
    const [jobId] = replayed.data.replayDeadLetters.jobIds;
    expect(await trellis.jobDone(jobId)).toMatchObject({ state: 'FAILED' });
    const [again] = await list({ job: jobId });
    const discarded = await trellis.run(
      'mutation ($ids: [ID!]!) { discardDeadLetters(input: { ids: $ids }) { ids refused { code } } }',
      { ids: [again.id] },
    );
    expect(discarded.data.discardDeadLetters).toEqual({ ids: [again.id], refused: [] });
    expect([await list(), await idOf('c')]).toEqual([[], undefined]);
  });
});
