/** Each store is corrupted in each way that it can be; a check finds that and nothing else, and a repair mends it. */

import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect, type Table } from '@lancedb/lancedb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { faultsLeft } from '../../../model/consistency.ts';
import { contentHash } from '../../../model/ids.ts';
import { createFolderContentStore } from '../../../stores/content/folder/folder-content-store.ts';
import type { Rooms } from '../harness.ts';
import { TENANT } from '../harness.ts';
import { ask, checked, documentsOf, filledRooms, kindsOf, tamper } from './harness.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const HOURS_AHEAD = () => new Date(Date.now() + 2 * 3_600_000);

let rooms: Rooms;
beforeEach(async () => {
  rooms = await filledRooms({ checkAt: HOURS_AHEAD });
});
afterEach(() => rooms?.close());

/** Finds exactly `kinds`, mends what can be mended, and finds the rest alone afterwards. */
async function findAndMend(kinds: readonly string[], left: readonly string[] = []): Promise<void> {
  const found = await checked(rooms);
  expect(found.problem).toBeNull();
  expect(kindsOf(found.findings)).toEqual(kinds.toSorted());
  expect(found.findings.some(({ isMended }) => isMended)).toBe(false);
  const mended = await checked(rooms, { mends: true });
  expect(kindsOf(mended.findings.filter(({ isMended }) => !isMended))).toEqual(left.toSorted());
  const after = await checked(rooms);
  expect(kindsOf(after.findings)).toEqual(left.toSorted());
  expect(faultsLeft(after)).toBe(after.findings.length);
}

const oneChunk = async () => {
  const [first] = await documentsOf(rooms);
  const [chunk] = first?.chunks ?? [];
  if (first === undefined || chunk === undefined) throw new Error('there is a document with a chunk');
  return { document: first.document, chunk };
};

test('an installation as ingestion leaves it has no fault', async () => {
  const check = await checked(rooms);
  expect(check).toMatchObject({ state: 'DONE', counts: [], findings: [], problem: null, mends: false });
  expect(check.looked).toBeGreaterThan(20);
});

describe('the keyword index', () => {
  const corrupt = (sql: string, ...values: readonly string[]) => {
    const database = new DatabaseSync(join(rooms.directory, 'vectors', 'keywords.sqlite'), {
      defensive: false,
    });
    try {
      const postings = database
        .prepare(
          `SELECT name FROM sqlite_schema WHERE name LIKE 'posting\\_%' ESCAPE '\\' AND sql LIKE '%fts5%'`,
        )
        .get();
      database.prepare(sql.replaceAll('POSTINGS', String(postings?.name))).run(...values);
    } finally {
      database.close();
    }
  };

  test('that lost a chunk’s row gets it again', async () => {
    const { chunk } = await oneChunk();
    corrupt('DELETE FROM chunk WHERE chunk_id = ?', chunk.id);
    // Its words are left behind under a number, its vector under its id.
    await findAndMend(['ENTRY_STRAY', 'POSTING_MISSING']);
  });

  test('that lost a posting gets it again', async () => {
    const { chunk } = await oneChunk();
    corrupt('DELETE FROM POSTINGS WHERE rowid = (SELECT id FROM chunk WHERE chunk_id = ?)', chunk.id);
    await findAndMend(['POSTING_MISSING']);
  });

  test.each(['title', 'headings', 'text'])('that holds another %s is put right', async (column) => {
    const { chunk } = await oneChunk();
    corrupt(
      `UPDATE POSTINGS SET ${column} = 'quite another' WHERE rowid = (SELECT id FROM chunk WHERE chunk_id = ?)`,
      chunk.id,
    );
    await findAndMend(['POSTING_DIFFERS']);
  });

  test('whose text is right while its words lead nowhere gets them again, for every chunk', async () => {
    const { chunk } = await oneChunk();
    const texts = 'rowid AS id, title, headings, text FROM POSTINGS';
    corrupt(
      `CREATE TABLE kept AS SELECT ${texts} WHERE rowid = (SELECT id FROM chunk WHERE chunk_id = ?)`,
      chunk.id,
    );
    corrupt('DELETE FROM POSTINGS WHERE rowid = (SELECT id FROM kept)');
    corrupt('INSERT INTO POSTINGS_content SELECT * FROM kept');
    await findAndMend(['POSTING_DIFFERS']);
    // Looks whether the words are those of the texts.
    corrupt(`INSERT INTO POSTINGS (POSTINGS, rank) VALUES ('integrity-check', 1)`);
  });

  test('that puts a chunk into another document is put right', async () => {
    const { chunk } = await oneChunk();
    corrupt(`UPDATE chunk SET document_id = 'doc_other' WHERE chunk_id = ?`, chunk.id);
    await findAndMend(['POSTING_DIFFERS']);
  });

  test('with a document’s facts gone, changed, or of a document that is not there, is put right', async () => {
    const { document } = await oneChunk();
    corrupt('DELETE FROM document WHERE document_id = ?', document.id);
    await findAndMend(['FACTS_MISSING']);
    corrupt(`UPDATE document SET metadata = '{"year":1}' WHERE document_id = ?`, document.id);
    await findAndMend(['FACTS_DIFFER']);
    corrupt(`INSERT INTO document VALUES (?, 'doc_ghost', 'c', 'text/plain', '{}', '2026')`, TENANT);
    await findAndMend(['ENTRY_UNKNOWN']);
  });

  test('that holds chunks of nobody, also of tenants of nobody, lets them go', async () => {
    const insert = `INSERT INTO chunk (tenant, chunk_id, document_id, collection_id) VALUES (?, 'chk_ghost', 'd', 'c')`;
    corrupt(insert, TENANT);
    corrupt(insert, 'nobody');
    const found = await checked(rooms);
    expect(found.findings.map(({ kind, tenant }) => [kind, tenant]).toSorted()).toEqual([
      ['ENTRY_UNKNOWN', TENANT],
      ['ENTRY_UNKNOWN', 'nobody'],
    ]);
    await findAndMend(['ENTRY_UNKNOWN']);
  });
});

describe('the vectors', () => {
  const tables = async (change: (table: Table) => Promise<unknown>) => {
    const connection = await connect(join(rooms.directory, 'vectors', 'dense'));
    for (const name of await connection.tableNames()) await change(await connection.openTable(name));
    connection.close();
  };
  const rowOf = async (table: Table, id: string) => {
    const [row] = await table.query().where(`chunk_id = '${id}'`).toArray();
    return {
      chunk_id: String(row.chunk_id),
      document_id: String(row.document_id),
      collection_id: String(row.collection_id),
      vector: Array.from(row.vector as Iterable<number>),
    };
  };
  const vectorOf = async (id: string) => (await rooms.vectors.vectors([id], TENANT))[0];

  test('that are lost come again', async () => {
    const { chunk } = await oneChunk();
    const before = await vectorOf(chunk.id);
    await tables((table) => table.delete(`chunk_id = '${chunk.id}'`));
    await findAndMend(['VECTOR_MISSING']);
    expect(await vectorOf(chunk.id)).toEqual(before);
  });

  test('that are all lost come again', async () => {
    await tables((table) => table.delete('true'));
    await findAndMend(['VECTOR_MISSING']);
  });

  test('of a chunk that is there twice become one', async () => {
    const { chunk } = await oneChunk();
    await tables(async (table) => table.add([await rowOf(table, chunk.id)]));
    await findAndMend(['VECTOR_TWICE']);
  });

  test('that are not of unit length, or belong to another document, are made again', async () => {
    const { chunk } = await oneChunk();
    const before = await vectorOf(chunk.id);
    const replace = (changes: Record<string, unknown>) =>
      tables(async (table) => {
        const row = await rowOf(table, chunk.id);
        await table.delete(`chunk_id = '${chunk.id}'`);
        await table.add([{ ...row, ...changes }]);
      });
    await replace({ vector: Array.from(before ?? [], (value) => value * 3) });
    await findAndMend(['VECTOR_DIFFERS']);
    expect(await vectorOf(chunk.id)).toEqual(before);
    await replace({ document_id: 'doc_other' });
    await findAndMend(['VECTOR_DIFFERS']);
  });

  test('of chunks of nobody go', async () => {
    const { chunk } = await oneChunk();
    await tables(async (table) =>
      table.add([{ ...(await rowOf(table, chunk.id)), chunk_id: 'chk_ghost', document_id: 'doc_ghost' }]),
    );
    await findAndMend(['ENTRY_UNKNOWN']);
    await tables(async (table) => expect(await table.countRows(`chunk_id = 'chk_ghost'`)).toBe(0));
  });
});

describe('the graph', () => {
  const RELATIONSHIP = `MATCH (r:Relationship) WHERE r.type = 'WORKED_AT'`;
  const count = async (match: string) =>
    Number((await ask(rooms, `${match} RETURN count(*) AS n`))[0]?.['n']);

  test('with an entity that nothing mentions loses it, with its names', async () => {
    await tamper(
      rooms,
      `CREATE (:Entity {id: 'ent_x', tenant: '${TENANT}', key: 'x', name: 'X', type: 'THING'})`,
    );
    await tamper(rooms, `CREATE (:Name {id: 'nam_x', tenant: '${TENANT}', key: 'y', text: 'Y'})`);
    await tamper(
      rooms,
      `MATCH (n:Name {id: 'nam_x'}) MATCH (e:Entity {id: 'ent_x'}) CREATE (n)-[:NAMES {reason: 'ALIAS'}]->(e)`,
    );
    await findAndMend(['ENTITY_UNSUPPORTED']);
    expect(await count(`MATCH (n:Name {id: 'nam_x'})`)).toBe(0);
  });

  test('with a name that names nothing loses it', async () => {
    await tamper(rooms, `CREATE (:Name {id: 'nam_x', tenant: '${TENANT}', key: 'y', text: 'Y'})`);
    await findAndMend(['NAME_UNUSED']);
  });

  test('with a relationship that no chunk states loses it and its edge', async () => {
    await tamper(rooms, `MATCH (:Chunk)-[s:STATES]->(r:Relationship) WHERE r.type = 'WORKED_AT' DELETE s`);
    await findAndMend(['RELATIONSHIP_UNSUPPORTED']);
    expect(await count(`MATCH (:Entity)-[e:RELATES]->(:Entity) WHERE e.type = 'WORKED_AT'`)).toBe(0);
  });

  test('without the edge of a relationship gets it again', async () => {
    const EDGE = `MATCH (:Entity)-[e:RELATES]->(:Entity) WHERE e.type = 'WORKED_AT'`;
    const before = await count(EDGE);
    await tamper(rooms, `${EDGE} DELETE e`);
    await findAndMend(['EDGE_MISSING']);
    expect(await count(EDGE)).toBe(before);
    expect(before).toBeGreaterThan(0);
  });

  test('with an edge twice, or one without its relationship, is put right', async () => {
    const JOINED = `MATCH (a:Entity)-[e:RELATES]->(b:Entity) WHERE e.type = 'WORKED_AT' WITH a, b, e.id AS id LIMIT 1`;
    await tamper(rooms, `${JOINED} CREATE (a)-[:RELATES {id: id, type: 'WORKED_AT'}]->(b)`);
    await findAndMend(['EDGE_TWICE']);
    await tamper(rooms, `${JOINED} CREATE (a)-[:RELATES {id: 'rel_ghost', type: 'KNEW'}]->(b)`);
    await findAndMend(['EDGE_STRAY']);
    await tamper(rooms, `${RELATIONSHIP} DETACH DELETE r`);
    await findAndMend(['EDGE_STRAY']);
  });

  test('without an entity loses the relationships that ended there', async () => {
    await tamper(rooms, `MATCH (e:Entity) WHERE e.name = 'Harvard College Observatory' DETACH DELETE e`);
    await findAndMend(['EDGE_MISSING']);
  });

  test('without a document loses its chunks, and everything that hung on them in every store', async () => {
    const { document } = await oneChunk();
    await tamper(rooms, 'MATCH (d:Document {id: $id}) DETACH DELETE d', { id: document.id });
    const found = await checked(rooms);
    expect(kindsOf(found.findings)).toEqual(['CHUNK_WITHOUT_DOCUMENT', 'CONTENT_UNUSED', 'ENTRY_UNKNOWN']);
    await checked(rooms, { mends: true });
    expect((await checked(rooms)).findings).toEqual([]);
    expect((await rooms.vectors.size()).chunks).toBe(2);
    const [raw] = await rooms.content.get([{ tenant: TENANT, hash: document.contentHash }]);
    expect(raw).toBeNull();
  });

  test('without a chunk in the middle, or with a changed one, says what to do', async () => {
    const { chunk } = await oneChunk();
    await tamper(rooms, 'MATCH (c:Chunk {id: $id}) SET c.start = 3, c.end = 9', { id: chunk.id });
    await findAndMend(['CHUNK_TEXT_DIFFERS'], ['CHUNK_TEXT_DIFFERS']);
    await tamper(rooms, 'MATCH (c:Chunk {id: $id}) SET c.index = 1', { id: chunk.id });
    await findAndMend(['CHUNK_MISSING', 'CHUNK_TEXT_DIFFERS'], ['CHUNK_MISSING', 'CHUNK_TEXT_DIFFERS']);
  });

  test.skipIf(process.env.TEST_GRAPH === 'bolt').each([
    ['Entity', `MATCH (n:Entity) WHERE n.name = 'Henrietta Leavitt' RETURN n.id AS id`],
    ['Document', 'MATCH (n:Document) RETURN n.id AS id LIMIT 1'],
    ['Chunk', 'MATCH (n:Chunk) RETURN n.id AS id LIMIT 1'],
  ])('with a node of %s twice keeps the one that everything hangs on', async (label, match) => {
    const id = String((await ask(rooms, match))[0]?.['id']);
    const edges = `MATCH (n:${label} {id: '${id}'})-[e]-()`;
    const before = await count(edges);
    const [row] = await ask(rooms, `MATCH (n:${label} {id: '${id}'}) RETURN properties(n) AS all`);
    const names = Object.keys(row?.['all'] as object);
    await tamper(rooms, `CREATE (:${label} {${names.map((name) => `${name}: $all.${name}`).join(', ')}})`, {
      all: row?.['all'] ?? null,
    });
    await findAndMend(['NODE_TWICE']);
    expect(await count(`MATCH (n:${label} {id: '${id}'})`)).toBe(1);
    expect(await count(edges)).toBe(before);
  });
});

describe('the contents', () => {
  const bytes = new TextEncoder().encode('left by a call that crashed');

  test('that nothing refers to go after an hour', async () => {
    await rooms.content.put([{ tenant: TENANT, hash: contentHash(bytes), bytes }]);
    await findAndMend(['CONTENT_UNUSED']);
    await rooms.close();
    rooms = await filledRooms();
    await rooms.content.put([{ tenant: TENANT, hash: contentHash(bytes), bytes }]);
    await findAndMend([]);
  });

  test('that are gone or damaged are told with what to do', async () => {
    const { document } = await oneChunk();
    await rooms.content.delete([{ tenant: TENANT, hash: document.contentHash }]);
    await findAndMend(['CONTENT_MISSING'], ['CONTENT_MISSING']);
    const database = new DatabaseSync(join(rooms.directory, 'content', 'content.sqlite'));
    database.exec(`UPDATE segment SET data = CAST('damaged' AS BLOB)
      WHERE blob = (SELECT id FROM blob WHERE hash = '${document.textHash}')`);
    database.close();
    await findAndMend(
      ['CHUNK_TEXT_DIFFERS', 'CONTENT_DAMAGED', 'CONTENT_MISSING'],
      ['CHUNK_TEXT_DIFFERS', 'CONTENT_DAMAGED', 'CONTENT_MISSING'],
    );
  });

  test('in files are looked at as well', async () => {
    const directory = () => join(rooms.directory, 'files');
    await rooms.close();
    let folder = '';
    rooms = await filledRooms({
      checkAt: HOURS_AHEAD,
      createContent: (path) => {
        folder = join(path, 'files');
        return createFolderContentStore({ directory: folder });
      },
    });
    const files = async () =>
      (await readdir(directory(), { recursive: true, withFileTypes: true })).filter(
        (entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name),
      );
    await findAndMend([]);
    await rooms.content.put([{ tenant: TENANT, hash: contentHash(bytes), bytes }]);
    await findAndMend(['CONTENT_UNUSED']);
    const [file] = await files();
    if (file === undefined) throw new Error('there are files');
    await writeFile(join(file.parentPath, file.name), 'damaged');
    const damaged = await checked(rooms);
    expect(kindsOf(damaged.findings)).toContain('CONTENT_DAMAGED');
    await rm(join(file.parentPath, file.name));
    expect(kindsOf((await checked(rooms)).findings)).toEqual(['CONTENT_MISSING']);
  });
});
