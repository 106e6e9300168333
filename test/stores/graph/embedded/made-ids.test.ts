/** What a write makes is told from its texts: from all that Trellis speaks. */

import { describe, expect, test } from 'vitest';
import { madeBy } from '../../../../stores/graph/embedded/made-ids.ts';
import { SPOKEN } from '../statements/catalogue.ts';

const by = (cypher: string, parameters: Readonly<Record<string, unknown>> = {}, created = 0) =>
  madeBy([{ cypher, parameters }], [{ created, deleted: 0 }]);
const MAKING = SPOKEN.filter(({ cypher }) => /\b(MERGE|CREATE)\b/.test(cypher));
const LISTED = /\b(?:MERGE|CREATE) \(\w*:(Document|Entity|ArchivedDocument)\b/;

describe('of every statement', () => {
  test('there are some that make nodes', () => {
    expect(MAKING.filter(({ cypher }) => LISTED.test(cypher)).length).toBeGreaterThan(4);
  });

  test.each(MAKING.map((statement, at) => [statement.name, at, statement] as const))(
    '%s (%i) tells what it makes',
    (_, __, { cypher, parameters }) => {
      const made = by(cypher, parameters);
      expect(made.isUnclear).toBe(false);
      const labels = made.nodes.map(({ label }) => label);
      const expected = LISTED.exec(cypher)?.[1];
      expect(labels).toEqual(expected === undefined ? [] : [expected]);
    },
  );
});

describe('the ids', () => {
  test.each([
    [
      'UNWIND $rows AS r MERGE (d:Document {id: r.id}) SET d += r.p',
      { rows: [{ id: 'a' }, { id: 'b' }] },
      ['a', 'b'],
    ],
    ['UNWIND $ids AS id CREATE (n:Document {id: id})', { ids: ['a', 'b'] }, ['a', 'b']],
    ['MERGE (n:Document {id: $id}) SET n.x = 1', { id: 'a' }, ['a']],
    ['MATCH (x:Job {id: $job}) CREATE (:Document {id: $id, tenant: x.tenant})', { id: 'a', job: 'j' }, ['a']],
  ] as const)('are found in %j', (cypher, parameters, ids) => {
    expect(by(cypher, parameters)).toEqual({ nodes: [{ label: 'Document', ids }], isUnclear: false });
  });

  test.each([
    'MERGE (a)-[e:RELATES {id: $id}]->(b)',
    'MATCH (a:Entity {id: $a}) MATCH (b:Entity {id: $b}) CREATE (a)-[:NAMES {x: 1}]->(b)',
    'MERGE (s:Session {id: $id}) ON CREATE SET s += $properties',
    'MATCH (n:Document {id: $id}) DETACH DELETE n',
  ])('are none in %j', (cypher) => {
    expect(by(cypher, { id: 'a', a: 'a', b: 'b' })).toEqual({ nodes: [], isUnclear: false });
  });

  test.each([
    ['a node without an id', 'CREATE (n:Document {tenant: $id})'],
    ['a node without properties', 'CREATE (n:Document)'],
    ['a node at the end of an edge', 'MERGE (a)-[:NAMES]->(n:Entity {id: $id})'],
    ['a node at the beginning of an edge', 'CREATE (n:Entity {id: $id})-[:NAMES]->(b:Entity)'],
    ['two nodes', 'CREATE (a:Entity {id: $id}), (b:Entity {id: $other})'],
    [
      'a node behind an edge',
      'MATCH (a:Job {id: $id}), (b:Job {id: $id}) CREATE (a)-[:X]->(b), (n:Entity {id: $id + 1})',
    ],
    ['clauses in small letters', 'create (n:Document {tenant: $id})'],
    ['several labels', 'CREATE (a:Entity:Document {id: $id})'],
    ['a label that is set', 'MATCH (n:Job {id: $id}) SET n:Document'],
    ['a label that is set behind something else', 'MATCH (n:Job {id: $id}) SET n.x = 1, n:Document'],
    [
      'an id that is unwound twice',
      'UNWIND $ids AS i WITH 1 AS one UNWIND $more AS i CREATE (n:Document {id: i})',
    ],
    ['an id that is computed', "CREATE (n:Document {id: $id + 'x'})"],
    ['an id that is read', 'MATCH (j:Job) CREATE (n:Document {id: j.id})'],
    ['an id that is no text', 'CREATE (n:Document {id: $number})'],
  ])('are unclear of %s', (_, cypher) => {
    const parameters = { id: 'a', other: 'b', number: 1, ids: ['a'], more: ['b'] };
    expect(by(cypher, parameters).isUnclear).toBe(true);
  });

  test('are unclear where the engine made more nodes than there are ids', () => {
    const cypher = 'UNWIND $ids AS i MERGE (n:Document {id: i})';
    expect(by(cypher, { ids: ['a', 'b'] }, 2).isUnclear).toBe(false);
    expect(by(cypher, { ids: ['a', 'b'] }, 3).isUnclear).toBe(true);
    expect(by("MERGE (s:IndexState {id: 'x'})", {}, 1).isUnclear).toBe(false);
  });
});
