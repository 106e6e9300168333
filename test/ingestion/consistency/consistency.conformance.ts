/**
 * The graph is corrupted in each way that it can be, whatever engine it is on; a check finds that and nothing else, and a
 * repair mends it. What else can be wrong in indexes and contents is in `consistency.test.ts`.
 */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contentHash } from '../../../model/ids.ts';
import { type Rooms, type RoomsOptions, TENANT } from '../harness.ts';
import { changeKeywords, changeVectors } from './damage.ts';
import {
  ask,
  checked,
  documentsOf,
  filledRooms,
  findAndMend,
  HOURS_AHEAD,
  kindsOf,
  oneChunk,
  tamper,
} from './harness.ts';

/** What the graph of the installations is on. */
export interface GraphEngine {
  /** Options of an installation whose graph is new. */
  options(): Promise<Pick<RoomsOptions, 'createGraph'>>;
  /**
   * From then on nothing keeps two nodes of the label from having one id, as where its constraint was lost. What it
   * gives brings the constraint back, which the engine refuses where there are two yet.
   */
  allowTwins(label: string): Promise<() => Promise<void>>;
}

export function describeConsistency(name: string, engine: GraphEngine): void {
  vi.setConfig({ hookTimeout: 120_000 });

  describe(name, { timeout: 180_000 }, () => {
    let rooms: Rooms;
    beforeEach(async () => {
      rooms = await filledRooms({ ...(await engine.options()), checkAt: HOURS_AHEAD });
    });
    afterEach(() => rooms?.close());

    test('an installation as ingestion leaves it has no fault', async () => {
      const check = await checked(rooms);
      expect(check).toMatchObject({ state: 'DONE', counts: [], findings: [], problem: null, mends: false });
      expect(check.looked).toBeGreaterThan(20);
    });

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
      await findAndMend(rooms, ['ENTITY_UNSUPPORTED']);
      expect(await count(`MATCH (n:Name {id: 'nam_x'})`)).toBe(0);
    });

    test('with a name that names nothing loses it', async () => {
      await tamper(rooms, `CREATE (:Name {id: 'nam_x', tenant: '${TENANT}', key: 'y', text: 'Y'})`);
      await findAndMend(rooms, ['NAME_UNUSED']);
    });

    test('with a relationship that no chunk states loses it and its edge', async () => {
      await tamper(rooms, `MATCH (:Chunk)-[s:STATES]->(r:Relationship) WHERE r.type = 'WORKED_AT' DELETE s`);
      await findAndMend(rooms, ['RELATIONSHIP_UNSUPPORTED']);
      expect(await count(`MATCH (:Entity)-[e:RELATES]->(:Entity) WHERE e.type = 'WORKED_AT'`)).toBe(0);
    });

    test('without the edge of a relationship gets it again', async () => {
      const EDGE = `MATCH (:Entity)-[e:RELATES]->(:Entity) WHERE e.type = 'WORKED_AT'`;
      const before = await count(EDGE);
      await tamper(rooms, `${EDGE} DELETE e`);
      await findAndMend(rooms, ['EDGE_MISSING']);
      expect(await count(EDGE)).toBe(before);
      expect(before).toBeGreaterThan(0);
    });

    test('with an edge twice, or one without its relationship, is put right', async () => {
      const JOINED = `MATCH (a:Entity)-[e:RELATES]->(b:Entity) WHERE e.type = 'WORKED_AT' WITH a, b, e.id AS id LIMIT 1`;
      await tamper(rooms, `${JOINED} CREATE (a)-[:RELATES {id: id, type: 'WORKED_AT'}]->(b)`);
      await findAndMend(rooms, ['EDGE_TWICE']);
      await tamper(rooms, `${JOINED} CREATE (a)-[:RELATES {id: 'rel_ghost', type: 'KNEW'}]->(b)`);
      await findAndMend(rooms, ['EDGE_STRAY']);
      await tamper(rooms, `${RELATIONSHIP} DETACH DELETE r`);
      await findAndMend(rooms, ['EDGE_STRAY']);
    });

    test('without an entity loses the relationships that ended there', async () => {
      await tamper(rooms, `MATCH (e:Entity) WHERE e.name = 'Harvard College Observatory' DETACH DELETE e`);
      await findAndMend(rooms, ['EDGE_MISSING']);
    });

    test('without a document loses its chunks, and everything that hung on them in every store', async () => {
      const { document } = await oneChunk(rooms);
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
      const { chunk } = await oneChunk(rooms);
      await tamper(rooms, 'MATCH (c:Chunk {id: $id}) SET c.start = 3, c.end = 9', { id: chunk.id });
      await findAndMend(rooms, ['CHUNK_TEXT_DIFFERS'], ['CHUNK_TEXT_DIFFERS']);
      await tamper(rooms, 'MATCH (c:Chunk {id: $id}) SET c.index = 1', { id: chunk.id });
      await findAndMend(
        rooms,
        ['CHUNK_MISSING', 'CHUNK_TEXT_DIFFERS'],
        ['CHUNK_MISSING', 'CHUNK_TEXT_DIFFERS'],
      );
    });

    test.each([
      ['Entity', `MATCH (n:Entity) WHERE n.name = 'Henrietta Leavitt' RETURN n.id AS id`],
      ['Document', 'MATCH (n:Document) RETURN n.id AS id LIMIT 1'],
      ['Chunk', 'MATCH (n:Chunk) RETURN n.id AS id LIMIT 1'],
    ])('with a node of %s twice keeps the one that everything hangs on', async (label, match) => {
      const id = String((await ask(rooms, match))[0]?.['id']);
      const edges = `MATCH (n:${label} {id: '${id}'})-[e]-()`;
      const before = await count(edges);
      const [row] = await ask(rooms, `MATCH (n:${label} {id: '${id}'}) RETURN properties(n) AS all`);
      const names = Object.keys(row?.['all'] as object);
      const forbidTwins = await engine.allowTwins(label);
      await tamper(rooms, `CREATE (:${label} {${names.map((name) => `${name}: $all.${name}`).join(', ')}})`, {
        all: row?.['all'] ?? null,
      });
      await findAndMend(rooms, ['NODE_TWICE']);
      expect(await count(`MATCH (n:${label} {id: '${id}'})`)).toBe(1);
      expect(await count(edges)).toBe(before);
      await forbidTwins();
    });

    test('that disagrees with indexes and contents in many ways at once is followed by them', async () => {
      const [first, second] = await documentsOf(rooms);
      const [one, two] = [first?.chunks[0], second?.chunks[0]];
      if (first === undefined || one === undefined || two === undefined)
        throw new Error('there are documents');
      const bytes = new TextEncoder().encode('left by a call that crashed');
      const vectors = await rooms.vectors.vectors([one.id, two.id], TENANT);
      changeKeywords(rooms, 'DELETE FROM POSTINGS WHERE rowid = (SELECT id FROM chunk WHERE chunk_id = ?)', [
        one.id,
      ]);
      changeKeywords(rooms, `UPDATE chunk SET document_id = 'doc_other' WHERE chunk_id = ?`, [two.id]);
      changeKeywords(rooms, 'DELETE FROM document WHERE document_id = ?', [first.document.id]);
      await changeVectors(rooms, (table) => table.delete('true'));
      await rooms.content.put([{ tenant: TENANT, hash: contentHash(bytes), bytes }]);
      await tamper(rooms, `CREATE (:Name {id: 'nam_x', tenant: '${TENANT}', key: 'y', text: 'Y'})`);
      await findAndMend(rooms, [
        ...['CONTENT_UNUSED', 'FACTS_MISSING', 'NAME_UNUSED'],
        ...['POSTING_DIFFERS', 'POSTING_MISSING', 'VECTOR_MISSING'],
      ]);
      expect(await rooms.vectors.vectors([one.id, two.id], TENANT)).toEqual(vectors);
    });
  });
}
