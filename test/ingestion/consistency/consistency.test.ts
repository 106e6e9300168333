/**
 * Indexes and contents are corrupted in each way that they can be; a check finds that and nothing else, and a repair mends
 * it. What can be wrong in the graph is in `consistency.conformance.ts`.
 */

import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Table } from '@lancedb/lancedb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contentHash } from '../../../model/ids.ts';
import { createFolderContentStore } from '../../../stores/content/folder/folder-content-store.ts';
import { type Rooms, TENANT } from '../harness.ts';
import { changeKeywords, changeVectors } from './damage.ts';
import { checked, filledRooms, findAndMend, HOURS_AHEAD, kindsOf, oneChunk } from './harness.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let rooms: Rooms;
beforeEach(async () => {
  rooms = await filledRooms({ checkAt: HOURS_AHEAD });
});
afterEach(() => rooms?.close());

describe('the keyword index', () => {
  const corrupt = (sql: string, ...values: readonly string[]) => changeKeywords(rooms, sql, values);

  test('that lost a chunk’s row gets it again', async () => {
    const { chunk } = await oneChunk(rooms);
    corrupt('DELETE FROM chunk WHERE chunk_id = ?', chunk.id);
    // Its words are left behind under a number, its vector under its id.
    await findAndMend(rooms, ['ENTRY_STRAY', 'POSTING_MISSING']);
  });

  test('that lost a posting gets it again', async () => {
    const { chunk } = await oneChunk(rooms);
    corrupt('DELETE FROM POSTINGS WHERE rowid = (SELECT id FROM chunk WHERE chunk_id = ?)', chunk.id);
    await findAndMend(rooms, ['POSTING_MISSING']);
  });

  test.each(['title', 'headings', 'text'])('that holds another %s is put right', async (column) => {
    const { chunk } = await oneChunk(rooms);
    corrupt(
      `UPDATE POSTINGS SET ${column} = 'quite another' WHERE rowid = (SELECT id FROM chunk WHERE chunk_id = ?)`,
      chunk.id,
    );
    await findAndMend(rooms, ['POSTING_DIFFERS']);
  });

  test('whose text is right while its words lead nowhere gets them again, for every chunk', async () => {
    const { chunk } = await oneChunk(rooms);
    const texts = 'rowid AS id, title, headings, text FROM POSTINGS';
    corrupt(
      `CREATE TABLE kept AS SELECT ${texts} WHERE rowid = (SELECT id FROM chunk WHERE chunk_id = ?)`,
      chunk.id,
    );
    corrupt('DELETE FROM POSTINGS WHERE rowid = (SELECT id FROM kept)');
    corrupt('INSERT INTO POSTINGS_content SELECT * FROM kept');
    await findAndMend(rooms, ['POSTING_DIFFERS']);
    // Looks whether the words are those of the texts.
    corrupt(`INSERT INTO POSTINGS (POSTINGS, rank) VALUES ('integrity-check', 1)`);
  });

  test('that puts a chunk into another document is put right', async () => {
    const { chunk } = await oneChunk(rooms);
    corrupt(`UPDATE chunk SET document_id = 'doc_other' WHERE chunk_id = ?`, chunk.id);
    await findAndMend(rooms, ['POSTING_DIFFERS']);
  });

  test('with a document’s facts gone, changed, or of a document that is not there, is put right', async () => {
    const { document } = await oneChunk(rooms);
    corrupt('DELETE FROM document WHERE document_id = ?', document.id);
    await findAndMend(rooms, ['FACTS_MISSING']);
    corrupt(`UPDATE document SET metadata = '{"year":1}' WHERE document_id = ?`, document.id);
    await findAndMend(rooms, ['FACTS_DIFFER']);
    corrupt(`INSERT INTO document VALUES (?, 'doc_ghost', 'c', 'text/plain', '{}', '2026')`, TENANT);
    await findAndMend(rooms, ['ENTRY_UNKNOWN']);
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
    await findAndMend(rooms, ['ENTRY_UNKNOWN']);
  });
});

describe('the vectors', () => {
  const tables = (change: (table: Table) => Promise<unknown>) => changeVectors(rooms, change);
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
    const { chunk } = await oneChunk(rooms);
    const before = await vectorOf(chunk.id);
    await tables((table) => table.delete(`chunk_id = '${chunk.id}'`));
    await findAndMend(rooms, ['VECTOR_MISSING']);
    expect(await vectorOf(chunk.id)).toEqual(before);
  });

  test('that are all lost come again', async () => {
    await tables((table) => table.delete('true'));
    await findAndMend(rooms, ['VECTOR_MISSING']);
  });

  test('of a chunk that is there twice become one', async () => {
    const { chunk } = await oneChunk(rooms);
    await tables(async (table) => table.add([await rowOf(table, chunk.id)]));
    await findAndMend(rooms, ['VECTOR_TWICE']);
  });

  test('that are not of unit length, or belong to another document, are made again', async () => {
    const { chunk } = await oneChunk(rooms);
    const before = await vectorOf(chunk.id);
    const replace = (changes: Record<string, unknown>) =>
      tables(async (table) => {
        const row = await rowOf(table, chunk.id);
        await table.delete(`chunk_id = '${chunk.id}'`);
        await table.add([{ ...row, ...changes }]);
      });
    await replace({ vector: Array.from(before ?? [], (value) => value * 3) });
    await findAndMend(rooms, ['VECTOR_DIFFERS']);
    expect(await vectorOf(chunk.id)).toEqual(before);
    await replace({ document_id: 'doc_other' });
    await findAndMend(rooms, ['VECTOR_DIFFERS']);
  });

  test('of chunks of nobody go', async () => {
    const { chunk } = await oneChunk(rooms);
    await tables(async (table) =>
      table.add([{ ...(await rowOf(table, chunk.id)), chunk_id: 'chk_ghost', document_id: 'doc_ghost' }]),
    );
    await findAndMend(rooms, ['ENTRY_UNKNOWN']);
    await tables(async (table) => expect(await table.countRows(`chunk_id = 'chk_ghost'`)).toBe(0));
  });
});

describe('the contents', () => {
  const bytes = new TextEncoder().encode('left by a call that crashed');

  test('that nothing refers to go after an hour', async () => {
    await rooms.content.put([{ tenant: TENANT, hash: contentHash(bytes), bytes }]);
    await findAndMend(rooms, ['CONTENT_UNUSED']);
    await rooms.close();
    rooms = await filledRooms();
    await rooms.content.put([{ tenant: TENANT, hash: contentHash(bytes), bytes }]);
    await findAndMend(rooms, []);
  });

  test('that are gone or damaged are told with what to do', async () => {
    const { document } = await oneChunk(rooms);
    await rooms.content.delete([{ tenant: TENANT, hash: document.contentHash }]);
    await findAndMend(rooms, ['CONTENT_MISSING'], ['CONTENT_MISSING']);
    const database = new DatabaseSync(join(rooms.directory, 'content', 'content.sqlite'));
    database.exec(`UPDATE segment SET data = CAST('damaged' AS BLOB)
      WHERE blob = (SELECT id FROM blob WHERE hash = '${document.textHash}')`);
    database.close();
    await findAndMend(
      rooms,
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
    await findAndMend(rooms, []);
    await rooms.content.put([{ tenant: TENANT, hash: contentHash(bytes), bytes }]);
    await findAndMend(rooms, ['CONTENT_UNUSED']);
    const [file] = await files();
    if (file === undefined) throw new Error('there are files');
    await writeFile(join(file.parentPath, file.name), 'damaged');
    const damaged = await checked(rooms);
    expect(kindsOf(damaged.findings)).toContain('CONTENT_DAMAGED');
    await rm(join(file.parentPath, file.name));
    expect(kindsOf((await checked(rooms)).findings)).toEqual(['CONTENT_MISSING']);
  });
});
