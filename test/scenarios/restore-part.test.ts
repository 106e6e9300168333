/** One tenant, or one collection, brought back out of a backup among others that run, whose every answer stays the same. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APART } from './engines.ts';
import { type Data, operation, type Scenario, sampleDocuments, startScenario } from './harness.ts';

const SLOW_MS = 300_000;
const TENANT = 'umbrella';
const OTHERS = ['acme', 'initech'];
const RECEIPT = 'receipt { restored removed unchanged held erased failed failures { reason } access }';

// A graph on a server is not backed up yet, so there is nothing to restore there.
describe.skipIf(APART !== null)('a tenant among others', () => {
  let trellis: Scenario;
  let folder: string;
  let backup: string;
  let atBackup: string;
  let others: readonly string[];
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trellis-backups-'));
    const key = randomBytes(32).toString('base64');
    trellis = await startScenario({ settings: { TRELLIS_BACKUP_DIR: folder, TRELLIS_BACKUP_KEY: key } });
    const documents = (await sampleDocuments()).filter(({ mediaType }) => mediaType === 'text/markdown');
    for (const tenant of [TENANT, ...OTHERS]) {
      const token = await trellis.token({ tenant });
      tokens.set(tenant, token);
      await trellis.ingest('samples', documents.slice(0, 8), token);
      await trellis.ingest('notes', NOTES, token);
    }
    await as(
      TENANT,
      'mutation { createUser(input: { name: "Grace", password: "correct horse battery", roles: ["reader"] }) { user { id } } }',
    );
    await as(
      TENANT,
      'mutation { createUser(input: { name: "Mallory", password: "correct horse battery", roles: ["reader"] }) { user { id } } }',
    );
    const create = 'mutation { createBackup(input: { scope: INSTALLATION }) { backup { id } } }';
    backup = (await as('acme', create)).createBackup.backup.id;
    for (;;) {
      const found = await as('acme', 'query ($id: ID!) { backup(id: $id) { state problem } }', {
        id: backup,
      });
      expect(found.backup.problem).toBeNull();
      if (found.backup.state === 'SUCCEEDED') break;
      await delay(20);
    }
    atBackup = await answers(TENANT);
    others = await Promise.all(OTHERS.map(answers));
  }, SLOW_MS);
  afterAll(async () => {
    await trellis?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function as(tenant: string, query: string, variables: Data = {}): Promise<Data> {
    const { data, errors } = await trellis.run(query, variables, tokens.get(tenant));
    expect(errors).toEqual([]);
    return data;
  }
  async function answers(tenant: string): Promise<string> {
    const entities = await as(tenant, await operation('entities'), { name: 'Alan Turing' });
    const ids = entities.entities.nodes.map(({ id }: Data) => id);
    const found = [
      entities,
      await as(tenant, await operation('documents'), { first: 100 }),
      await as(tenant, await operation('neighborhood'), { entities: ids, hops: 2 }),
      await as(tenant, await operation('ask'), { question: 'What did Tommy Flowers design?' }),
    ];
    for (const query of ['Who designed Colossus?', 'PageRank', 'Zenobia Quill', 'bees in Narvik'])
      found.push(await as(tenant, await operation('search'), { query, first: 20 }));
    return JSON.stringify(found, (name, value) => (name === 'tookMs' ? 0 : value), 1);
  }
  const documentsOf = async (collection: string, tenant = TENANT): Promise<readonly Data[]> => {
    const query = '{ documents(first: 100) { nodes { id key collection { name } } } }';
    const { nodes } = (await as(tenant, query)).documents;
    return nodes.filter((document: Data) => document.collection.name === collection);
  };
  const keys = async (collection: string): Promise<readonly string[]> =>
    (await documentsOf(collection)).map(({ key }) => key).toSorted();
  const idOf = async (key: string): Promise<string> => {
    const { documents } = await as(TENANT, '{ documents(first: 100) { nodes { id key } } }');
    return documents.nodes.find((document: Data) => document.key === key).id;
  };
  const restored = async (input: Data, by = 'acme'): Promise<Data> => {
    const begin =
      'mutation ($input: RestoreBackupInput!) { restoreBackup(input: $input) { restore { id } } }';
    const { id } = (await as(by, begin, { input: { backup, ...input } })).restoreBackup.restore;
    for (;;) {
      const query = `query ($id: ID!) { restore(id: $id) { state notice problem ${RECEIPT} } }`;
      const { restore } = await as(by, query, { id });
      if (restore.state !== 'RUNNING') return restore;
      await delay(20);
    }
  };
  const othersAreAsBefore = async () => expect(await Promise.all(OTHERS.map(answers))).toEqual(others);

  test(
    'that has lost everything answers as it did, letter by letter',
    async () => {
      for (const collection of ['samples', 'notes']) {
        const ids = (await documentsOf(collection)).map(({ id }) => id);
        await as(TENANT, await operation('delete'), { input: { ids } });
      }
      expect(await keys('samples')).toEqual([]);
      const restore = await restored({ scope: 'TENANT', tenant: TENANT, mode: 'REPLACE' });
      expect(restore).toMatchObject({ state: 'DONE', problem: null });
      expect(restore.receipt).toMatchObject({ restored: 12, removed: 0, unchanged: 0, failed: 0 });
      expect(await answers(TENANT)).toBe(atBackup);
      await othersAreAsBefore();
      const again = await restored({ scope: 'TENANT', tenant: TENANT });
      expect(again.receipt).toMatchObject({ restored: 0, unchanged: 12 });
      expect(await answers(TENANT)).toBe(atBackup);
    },
    SLOW_MS,
  );

  test(
    'gets back what was changed and deleted, and keeps what is held; who was erased stays away',
    async () => {
      const token = tokens.get(TENANT) ?? '';
      await as(TENANT, await operation('delete'), { input: { ids: [await idOf('deleted')] } });
      await as(
        TENANT,
        `mutation { eraseSubject(input: { names: ["Zenobia Quill"], reason: "asked" }) { id } }`,
      );
      const text = (key: string, content: string) => ({ key, content, mediaType: 'text/plain' });
      await trellis.ingest(
        'notes',
        [
          text('changed', 'Ferdinand Moss moved to Stavanger and sells umbrellas.'),
          text('held', 'Held, and changed since.'),
          text('later', 'Later than the backup.'),
        ],
        token,
      );
      await as(
        TENANT,
        'mutation ($input: LegalHoldInput!) { placeLegalHold(input: $input) { hold { name } } }',
        {
          input: { name: 'case', collection: 'notes', metadata: [{ key: 'case', in: ['7'] }], reason: 'law' },
        },
      );
      await trellis.ingest('notes', [{ ...text('held', 'Held now.'), metadata: { case: '7' } }], token);

      const merged = await restored({ scope: 'TENANT', tenant: TENANT });
      expect(merged).toMatchObject({
        state: 'DONE',
        receipt: { restored: 2, removed: 0, unchanged: 8, held: 1, erased: 1, failed: 0 },
      });
      expect(await keys('notes')).toEqual(['changed', 'deleted', 'held', 'later']);
      const changed = await answers(TENANT);
      expect(changed).not.toContain('Stavanger');
      expect(changed).not.toContain('Zenobia');
      const replaced = await restored({ scope: 'TENANT', tenant: TENANT, mode: 'REPLACE' });
      expect(replaced.receipt).toMatchObject({ restored: 0, removed: 1, held: 1 });
      expect(await keys('notes')).toEqual(['changed', 'deleted', 'held']);
      await othersAreAsBefore();
      const { consistency } = await as(
        'acme',
        'mutation { checkConsistency(input: {}) { check { state } } }',
      ).then(() => settledCheck());
      expect(consistency.counts).toEqual([]);
    },
    SLOW_MS,
  );

  const settledCheck = async (): Promise<Data> => {
    for (;;) {
      const found = await as('acme', '{ consistency { state counts { kind found } } }');
      if (found.consistency.state === 'DONE' || found.consistency.state === 'FAILED') return found;
      await delay(20);
    }
  };

  test(
    'gets users back that are missing, disabled, and leaves others as they are now',
    async () => {
      const { users } = await as(TENANT, '{ users { nodes { id name } } }');
      const id = (name: string) => users.nodes.find((user: Data) => user.name === name).id;
      await as(TENANT, 'mutation ($id: ID!) { disableUser(input: { id: $id }) { user { id } } }', {
        id: id('Grace'),
      });
      await as(TENANT, 'mutation ($id: ID!) { deleteUser(input: { id: $id }) { id } }', {
        id: id('Mallory'),
      });
      const { receipt } = await restored({ scope: 'TENANT', tenant: TENANT, withAccess: true });
      expect(receipt.access).toBe(1);
      const now = await as(TENANT, '{ users { nodes { name state } } }');
      expect(now.users.nodes).toEqual([
        { name: 'Grace', state: 'DISABLED' },
        { name: 'Mallory', state: 'DISABLED' },
      ]);
    },
    SLOW_MS,
  );

  test(
    'of which a collection is brought back keeps the others as they are',
    async () => {
      await as(TENANT, await operation('delete'), { input: { ids: [await idOf('deleted')] } });
      const samples = await keys('samples');
      const one = samples[0] ?? '';
      await as(TENANT, await operation('delete'), { input: { ids: [await idOf(one)] } });
      const restore = await restored({ scope: 'COLLECTION', tenant: TENANT, collection: 'notes' });
      expect(restore).toMatchObject({ state: 'DONE', receipt: { restored: 1, erased: 1 } });
      expect(await keys('notes')).toContain('deleted');
      expect(await keys('samples')).toEqual(samples.slice(1));
      await othersAreAsBefore();
    },
    SLOW_MS,
  );

  test('is nobody’s to bring back but its own, and that of those who run the installation', async () => {
    const input = { backup, scope: 'TENANT', tenant: TENANT };
    const query =
      'mutation ($input: RestoreBackupInput!) { restoreBackup(input: $input) { restore { id } } }';
    const { errors } = await trellis.run(query, { input }, tokens.get('initech'));
    expect(errors[0].extensions.code).toBe('NOT_FOUND');
    const own = await as(TENANT, '{ restores { nodes { id } } }');
    expect(own.restores.nodes.length).toBeGreaterThan(0);
    expect((await as('initech', '{ restores { nodes { id } } }')).restores.nodes).toEqual([]);
    const wrong = { backup, scope: 'COLLECTION', tenant: TENANT };
    const asked = await trellis.run(query, { input: wrong }, tokens.get('acme'));
    expect(asked.errors[0].extensions.code).toBe('BAD_INPUT');
  });

  test(
    'whose backup is damaged is refused before anything changed',
    async () => {
      const before = await answers(TENANT);
      const parts = (await readdir(join(folder, 'parts', backup))).toSorted();
      await truncate(join(folder, 'parts', backup, parts.at(-1) ?? ''), 100);
      const restore = await restored({ scope: 'TENANT', tenant: TENANT, mode: 'REPLACE' });
      expect(restore).toMatchObject({
        state: 'FAILED',
        problem: expect.stringMatching(/not as it was written.*Nothing was changed/),
      });
      expect(await answers(TENANT)).toBe(before);
      expect(await readdir(join(trellis.directory, 'restores')).catch(() => [])).toEqual([]);
    },
    SLOW_MS,
  );
});

const NOTES = [
  { key: 'deleted', content: 'Ottoline Fitch repairs clocks in Bergen.', mediaType: 'text/plain' },
  { key: 'changed', content: 'Ferdinand Moss sells umbrellas in Bergen.', mediaType: 'text/plain' },
  { key: 'held', content: 'Ferdinand Moss met Ottoline Fitch.', mediaType: 'text/plain' },
  { key: 'erased', content: 'Zenobia Quill keeps bees in Narvik.', mediaType: 'text/plain' },
];
