import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentInput } from '../../../ingestion/document-input.ts';
import { createExclusive } from '../../../ingestion/exclusive.ts';
import { confirmationFor } from '../../../ingestion/privacy/pseudonym-desk.ts';
import { createPseudonymsOfNames } from '../../../ingestion/privacy/pseudonyms-of-names.ts';
import { createErasures } from '../../../ingestion/retention/erasure.ts';
import { collectionId } from '../../../model/ids.ts';
import type { PersonalDataAction } from '../../../model/personal-data.ts';
import type { Principal } from '../../../model/principal.ts';
import { createLog } from '../../../platform/log.ts';
import { createKeyFolder } from '../../../platform/tenant-keys/key-folder.ts';
import { createRealNames } from '../../../retrieval/real-names.ts';
import { createRetrieval } from '../../../retrieval/retrieval.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import { createLocalLeases } from '../../../stores/graph/leases/local-leases.ts';
import { documentsByIds } from '../../../stores/graph/statements/documents.ts';
import { pseudonymPattern } from '../../../text/pseudonyms.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';

const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };
const PEOPLE = 'people';
/** Each is planted where a document can hold it, and none may be found in any file afterwards. */
const CANARIES = [
  'Wilhelmina Quastenberg',
  'Quastenberg',
  'wilhelmina.q@canary.example',
  '+49 30 901820',
  'DE89370400440532013000',
  '536-90-4399',
];

let rooms: Rooms;
beforeEach(async () => {
  rooms = await openRooms();
});
afterEach(() => rooms.close());

async function decide(action: PersonalDataAction, collection: string | null = PEOPLE) {
  await rooms.privacyPolicies.set(ADA, { collection, otherwise: action, rules: [], confidenceMin: 0.5 });
}

async function ingest(documents: readonly DocumentInput[], collection = PEOPLE, tenant = TENANT) {
  const { jobId, accepted } = await rooms.ingestion.submit(tenant, collection, documents);
  if (jobId !== null && tenant === TENANT) await rooms.finished(jobId);
  return accepted;
}

async function texts(documentId: string): Promise<readonly string[]> {
  return rooms.graph.read(
    statement(
      'test.texts',
      'MATCH (c:Chunk {documentId: $documentId}) RETURN c.text AS text ORDER BY c.index',
      { documentId },
      (row) => String(row['text']),
    ),
  );
}

async function entities(): Promise<readonly string[]> {
  return rooms.graph.read(
    statement(
      'test.entities',
      'MATCH (e:Entity) RETURN e.name AS name, e.type AS type',
      {},
      (row) => `${row['type']} ${row['name']}`,
    ),
  );
}

const LETTER: DocumentInput = {
  key: 'letters/wilhelmina.q@canary.example',
  title: 'A letter from Wilhelmina Quastenberg',
  content: [
    '# About Wilhelmina Quastenberg\n',
    'Wilhelmina Quastenberg works for the Northern Steel Company. Quastenberg can be reached at',
    'wilhelmina.q@canary.example or +49 30 901820; her account is DE89370400440532013000, her SSN 536-90-4399.',
  ].join('\n'),
  mediaType: 'text/markdown',
  metadata: { author: 'Wilhelmina Quastenberg', tags: ['hr', 'wilhelmina.q@canary.example'] },
  knowledge: {
    entities: [{ name: 'Wilhelmina Quastenberg', type: 'person', aliases: ['Mina Q'] }],
    triples: [
      { subject: 'Wilhelmina Quastenberg', predicate: 'works for', object: 'Northern Steel Company' },
    ],
  },
};

describe('documents under a privacy policy', () => {
  test('have one pseudonym for one value, in text, title, headings, metadata and knowledge', async () => {
    await decide('PSEUDONYMISE');
    const [accepted] = await ingest([LETTER]);
    const [document] = await rooms.graph.read(documentsByIds(TENANT, [accepted?.documentId ?? '']));
    const [text = ''] = await texts(accepted?.documentId ?? '');
    const person = pseudonymPattern().exec(document?.title ?? '')?.[0];
    expect(person).toMatch(/^PERSON/);
    expect(document?.title).toBe(`A letter from ${person}`);
    expect(document?.metadata['author']).toBe(person);
    expect(text.split(String(person)).length - 1).toBe(3);
    expect(text).toContain('Northern Steel Company');
    expect(await entities()).toContain(`PERSON ${person}`);
  });

  test('share their pseudonyms, so that the graph still connects them', async () => {
    await decide('PSEUDONYMISE');
    await ingest([
      { key: 'one', content: 'Wilhelmina Quastenberg visited the Golden Gate Bridge.' },
      {
        key: 'two',
        content: 'The prize went to WILHELMINA QUASTENBERG, e-mail Wilhelmina.Q@Canary.example.',
      },
      { key: 'three', content: 'Write to wilhelmina.q@canary.example.' },
    ]);
    const people = (await entities()).filter((entity) => entity.startsWith('PERSON PERSON'));
    const mails = (await entities()).filter((entity) => entity.startsWith('EMAIL'));
    expect(people).toHaveLength(1);
    expect(mails).toHaveLength(1);
  });

  test('leave nothing of it in any file but sealed, also while they wait', async () => {
    await decide('PSEUDONYMISE');
    const [first] = await ingest([LETTER]);
    await ingest([{ ...LETTER, content: `${LETTER.content}\n\nAnd one more line.` }]);
    expect(first?.outcome).toBe('NEW');
    // What is kept as it comes can be found in a file, or looking for it would prove nothing.
    await ingest([{ key: 'plain', content: 'Somebody Zzplainly wrote this.' }], 'others');
    await rooms.close();
    const files = await filesIn(rooms.directory);
    const whole = await Promise.all(files.map((path) => readFile(path)));
    expect(whole.some((bytes) => bytes.includes(Buffer.from('Zzplainly')))).toBe(true);
    for (const path of files) {
      const bytes = await readFile(path);
      for (const canary of CANARIES)
        for (const encoding of ['utf8', 'utf16le'] as const)
          expect(bytes.includes(Buffer.from(canary, encoding)), `${canary} in ${path}`).toBe(false);
    }
    rooms = await openRooms({ directory: rooms.directory });
  });

  test('are recognised when they come again, and done again when the rules have changed', async () => {
    await decide('PSEUDONYMISE');
    const [first] = await ingest([LETTER]);
    const [again] = await ingest([LETTER]);
    expect([first?.outcome, again?.outcome]).toEqual(['NEW', 'UNCHANGED']);
    await decide('REDACT');
    const [changed] = await ingest([LETTER]);
    expect(changed?.outcome).toBe('CHANGED');
    const [text = ''] = await texts(changed?.documentId ?? '');
    expect(text).toContain('[person] works for the Northern Steel Company');
    expect(text).not.toMatch(pseudonymPattern());
    expect((await entities()).filter((entity) => entity.includes(' PERSON'))).toEqual([]);
  });

  test('are kept as they come in other collections', async () => {
    await decide('PSEUDONYMISE');
    const [accepted] = await ingest([LETTER], 'others');
    const [text = ''] = await texts(accepted?.documentId ?? '');
    expect(text).toContain('Wilhelmina Quastenberg works for');
  });

  test('follow the policy of the tenant where the collection has none', async () => {
    await decide('REDACT', null);
    await decide('KEEP');
    const [kept] = await ingest([LETTER]);
    const [redacted] = await ingest([LETTER], 'others');
    expect((await texts(kept?.documentId ?? ''))[0]).toContain('Quastenberg works');
    expect((await texts(redacted?.documentId ?? ''))[0]).toContain('[person] works');
  });
});

describe('a question', () => {
  const questions = async (tenant = TENANT) => {
    const { graph, vectors, embedders, directory } = rooms;
    const tenantKeys = createKeyFolder({
      ...{ directory: join(directory, 'tenant-keys'), wrapper: null, now: () => new Date() },
    });
    const retrieval = createRetrieval({
      ...{ graph, vectors, embedders, languageModel: null, log: createLog({ level: 'silent' }) },
      realNames: createRealNames({ graph, tenantKeys }),
    });
    return async (query: string, byRealNames: boolean) => {
      const asked = { tenant, query, first: 10, byRealNames, arms: ['KEYWORD'] };
      const { hits } = await retrieval.search(asked, new AbortController().signal);
      return hits.map(({ documentId }) => documentId);
    };
  };

  test('by a real name finds what stands under its pseudonym, for whoever may ask so', async () => {
    await decide('PSEUDONYMISE');
    const [letter, other] = await ingest([
      { key: 'one', content: 'Wilhelmina Quastenberg grows roses. Write to wilhelmina.q@canary.example.' },
      { key: 'two', content: 'Somebody else repairs bicycles.' },
    ]);
    const ask = await questions();
    for (const query of [
      'wilhelmina quastenberg',
      'Quién es WILHELMINA QUASTENBERG?',
      'wilhelmina.q@canary.example',
    ]) {
      expect(await ask(query, true), query).toEqual([letter?.documentId]);
      expect(await ask(query, false), query).toEqual([]);
    }
    expect(await ask('bicycles', true)).toEqual([other?.documentId]);
    expect(await (await questions('rival'))('wilhelmina quastenberg', true)).toEqual([]);
  });

  test('by a real name still finds it where another collection keeps it as it is', async () => {
    await decide('PSEUDONYMISE');
    const content = 'Wilhelmina Quastenberg grows roses.';
    const [hidden] = await ingest([{ key: 'one', content }]);
    const [plain] = await ingest([{ key: 'one', content }], 'others');
    const found = await (await questions())('Wilhelmina Quastenberg', true);
    expect(found.toSorted()).toEqual([hidden?.documentId, plain?.documentId].toSorted());
  });
});

test('an erasure for somebody reaches what stands under the pseudonym', async () => {
  await decide('PSEUDONYMISE');
  const [letter] = await ingest([{ key: 'one', content: 'Wilhelmina Quastenberg grows roses.' }]);
  const { graph, content, vectors, archives, directory } = rooms;
  const tenantKeys = createKeyFolder({
    ...{ directory: join(directory, 'tenant-keys'), wrapper: null, now: () => new Date() },
  });
  const erasures = createErasures({
    ...{ graph, content, vectors, archives, now: () => new Date() },
    exclusive: createExclusive(createLocalLeases({ graph })),
    pseudonymsOf: createPseudonymsOfNames(tenantKeys),
  });
  const { documentIds } = await erasures.plan(TENANT, { names: ['wilhelmina quastenberg'], selection: null });
  expect(documentIds).toEqual([letter?.documentId]);
});

test('another tenant has other pseudonyms for the same, and nobody’s are another’s', async () => {
  for (const tenant of [TENANT, 'rival'])
    await rooms.privacyPolicies.set(
      { ...ADA, tenant },
      { collection: PEOPLE, otherwise: 'PSEUDONYMISE', rules: [], confidenceMin: 0.5 },
    );
  const content = 'Wilhelmina Quastenberg grows roses.';
  const [ours] = await ingest([{ key: 'one', content }]);
  const { jobId, accepted } = await rooms.ingestion.submit('rival', PEOPLE, [{ key: 'one', content }]);
  for await (const job of rooms.ingestion.watch('rival', jobId ?? '', AbortSignal.timeout(60_000)))
    expect(job.failures).toEqual([]);
  const [one, other] = [
    (await texts(ours?.documentId ?? ''))[0]?.match(pseudonymPattern())?.[0],
    (await texts(accepted[0]?.documentId ?? ''))[0]?.match(pseudonymPattern())?.[0],
  ];
  expect(one).toMatch(/^PERSON/);
  expect(other).toMatch(/^PERSON/);
  expect(one).not.toBe(other);
});

describe('whoever may', () => {
  test('learns what stands behind the pseudonyms of a document, and nothing that was not asked for', async () => {
    await decide('PSEUDONYMISE');
    const [accepted] = await ingest([LETTER]);
    const documentId = accepted?.documentId ?? '';
    const [text = ''] = await texts(documentId);
    const [person = '', mail = ''] = ['PERSON', 'EMAIL'].map(
      (kind) => text.match(new RegExp(`${kind}[a-z2-7]{16}`))?.[0] ?? '',
    );
    const other = `${person.slice(0, -1)}${person.endsWith('a') ? 'b' : 'a'}`;
    const asked = { document: documentId, pseudonyms: [person, mail, other], reason: 'a complaint' };
    expect(await rooms.pseudonyms.reveal(ADA, asked)).toEqual([
      { pseudonym: person, kind: 'PERSON', value: 'Wilhelmina Quastenberg' },
      { pseudonym: mail, kind: 'EMAIL', value: 'wilhelmina.q@canary.example' },
    ]);
    const bound = { ...ADA, collections: [collectionId(TENANT, 'others')] };
    await expect(rooms.pseudonyms.reveal(bound, asked)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(rooms.pseudonyms.reveal({ ...ADA, tenant: 'rival' }, asked)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('destroys the key after saying so, and then nobody learns anything any more', async () => {
    await decide('PSEUDONYMISE');
    const [accepted] = await ingest([LETTER]);
    const documentId = accepted?.documentId ?? '';
    const [text = ''] = await texts(documentId);
    const pseudonyms = [text.match(pseudonymPattern())?.[0] ?? ''];
    const asked = { document: documentId, pseudonyms, reason: 'a complaint' };
    await expect(rooms.pseudonyms.destroyKey(ADA, 'yes')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await rooms.pseudonyms.reveal(ADA, asked)).toHaveLength(1);
    expect(await rooms.pseudonyms.destroyKey(ADA, confirmationFor(TENANT))).toHaveLength(1);
    await expect(rooms.pseudonyms.reveal(ADA, asked)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await filesIn(join(rooms.directory, 'tenant-keys'))).toEqual([]);
    // What comes from now on has a key of its own, and other pseudonyms.
    const [next] = await ingest([{ ...LETTER, key: 'another' }]);
    const [nextText = ''] = await texts(next?.documentId ?? '');
    expect(nextText).toMatch(pseudonymPattern());
    expect(nextText).not.toContain(pseudonyms[0]);
  });

  test('is told of a key that is lost, and nothing is taken in under another one', async () => {
    await decide('PSEUDONYMISE');
    await ingest([LETTER]);
    await rooms.close();
    await rm(join(rooms.directory, 'tenant-keys'), { recursive: true });
    rooms = await openRooms({ directory: rooms.directory });
    await expect(ingest([{ ...LETTER, key: 'another' }])).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await rooms.pseudonyms.destroyKey(ADA, confirmationFor(TENANT))).toHaveLength(1);
    expect((await ingest([{ ...LETTER, key: 'another' }]))[0]?.outcome).toBe('NEW');
  });
});

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
