import { describe, expect, test } from 'vitest';
import { inNamespace } from '../../../../stores/graph/bolt/in-namespace.ts';
import { ALL_INDEXES, PLACED_LABELS, UNPLACED_LABELS } from '../../../../stores/graph/bolt/labels.ts';
import { MEMGRAPH } from '../../../../stores/graph/bolt/memgraph.ts';
import { wantedBy } from '../../../../stores/graph/bolt/migrations.ts';
import { NEO4J } from '../../../../stores/graph/bolt/neo4j.ts';
import { CARRIED_EDGES } from '../../../../stores/graph/statements/transfer.ts';
import { SPOKEN } from '../statements/catalogue.ts';

const R1 = inNamespace('r1');
const EDGES = new Set(Object.keys(CARRIED_EDGES));

/** Every name behind a colon that begins with a capital letter: in what we speak, labels and types alone. */
const NAMED = /:([A-Z]\w*)/g;
const namesIn = (cypher: string) => [...cypher.matchAll(NAMED)].map(([, name = '']) => name);

describe('every statement that is spoken', () => {
  test.each(SPOKEN.map(({ name, cypher }, at) => [name, at, cypher] as const))(
    'has all of its labels placed, and nothing else changed: %s (%i)',
    (_, __, cypher) => {
      const placed = R1.text(cypher);
      // Types are in capitals; whatever else stands behind a colon must carry the namespace, or belong to the server.
      const stays = (name: string) => EDGES.has(name) || UNPLACED_LABELS.has(name);
      expect(namesIn(placed)).toEqual(namesIn(cypher).map((name) => (stays(name) ? name : `${name}_r1`)));
      expect(placed.replaceAll('_r1', '')).toBe(cypher);
      expect(inNamespace('').text(cypher)).toBe(cypher);
    },
  );

  test('names no label that the shape of the graph does not', () => {
    const labels = new Set(
      SPOKEN.flatMap(({ cypher }) => namesIn(cypher)).filter((name) => !EDGES.has(name)),
    );
    expect(labels.size).toBeGreaterThan(25);
    expect(
      [...labels].filter((label) => !PLACED_LABELS.includes(label) && !UNPLACED_LABELS.has(label)),
    ).toEqual([]);
  });
});

describe('in a text', () => {
  test.each([
    ['MATCH (n:Chunk|Entity) RETURN n', 'MATCH (n:Chunk_r1|Entity_r1) RETURN n'],
    ['MATCH (n:Chunk:Entity) RETURN n', 'MATCH (n:Chunk_r1:Entity_r1) RETURN n'],
    ['MATCH (n :Chunk  | :Entity) RETURN n', 'MATCH (n :Chunk_r1  | :Entity_r1) RETURN n'],
    ['MATCH (n:(Chunk|Entity)&!Name) RETURN n', 'MATCH (n:(Chunk_r1|Entity_r1)&!Name_r1) RETURN n'],
    ['MATCH (:`Chunk` {id: $id}) RETURN 1', 'MATCH (:Chunk_r1 {id: $id}) RETURN 1'],
    [
      'MATCH (n) WHERE n:Chunk AND n.a = 1 RETURN n:Name',
      'MATCH (n) WHERE n:Chunk_r1 AND n.a = 1 RETURN n:Name_r1',
    ],
    ['MATCH (n:Job {id: x}) SET n:Name SET n.a = 1', 'MATCH (n:Job_r1 {id: x}) SET n:Name_r1 SET n.a = 1'],
    [
      'MATCH (a:Chunk)-[e:MENTIONS|:STATES]->(b:Entity) RETURN e',
      'MATCH (a:Chunk_r1)-[e:MENTIONS|:STATES]->(b:Entity_r1) RETURN e',
    ],
    [
      'MATCH (a:Name)-[e:NAMES WHERE e.x AND a:Entity]->() RETURN e',
      'MATCH (a:Name_r1)-[e:NAMES WHERE e.x AND a:Entity_r1]->() RETURN e',
    ],
    ['MATCH (a:Entity)-[:Entity*1..3]-(b) RETURN b', 'MATCH (a:Entity_r1)-[:Entity*1..3]-(b) RETURN b'],
    [
      'MATCH (n:Job) RETURN {kind: Job, of: [x IN [1] WHERE (n:Job) | {Chunk: Name}]} AS map',
      'MATCH (n:Job_r1) RETURN {kind: Job, of: [x IN [1] WHERE (n:Job_r1) | {Chunk: Name}]} AS map',
    ],
    [
      'MATCH (n:Job) WHERE EXISTS { MATCH (:Chunk)-[:STATES]->(n) WHERE n:Name } RETURN count { (n)--(:User) }',
      'MATCH (n:Job_r1) WHERE EXISTS { MATCH (:Chunk_r1)-[:STATES]->(n) WHERE n:Name_r1 } RETURN count { (n)--(:User_r1) }',
    ],
    ['CALL { MATCH (n:Job) RETURN n } RETURN n', 'CALL { MATCH (n:Job_r1) RETURN n } RETURN n'],
    ['CREATE (:Job {id: 1}), (:User:Role)', 'CREATE (:Job_r1 {id: 1}), (:User_r1:Role_r1)'],
    ['MATCH (n:Serving {id: 1}), (m:Job) RETURN n', 'MATCH (n:Serving {id: 1}), (m:Job_r1) RETURN n'],
  ])('%s', (cypher, expected) => {
    expect(R1.text(cypher)).toBe(expected);
  });

  test.each([
    `RETURN ':Chunk' AS a, "(n:Chunk)" AS b, 'it''s \\':Chunk' AS c`,
    'RETURN 1 // (n:Chunk)\n + 2 /* (n:Chunk) */ AS three',
    'RETURN {a: Chunk, b : Entity, c: {d: Name}} AS map',
    'RETURN n.Chunk, n.`:Chunk`, $Chunk, Chunk.id',
    'RETURN x {.id, kind: Chunk} AS projected',
    'RETURN [1, 2, 3][0..2] AS some, CASE WHEN a IS NULL OR b IS NOT NULL THEN 1 END AS one',
  ])('nothing changes where there is no label: %s', (cypher) => {
    expect(R1.text(cypher)).toBe(cypher);
  });

  test.each([
    ['a label that nobody indexes', 'MATCH (n:Chunks) RETURN n'],
    ['labels as values', 'MATCH (n:Chunk) RETURN labels(n) AS labels'],
    ['a label that comes as a parameter', 'MATCH (n:$(label)) RETURN n'],
    ['the long form of a label', 'MATCH (n IS Chunk) RETURN n'],
    ['a procedure', `CALL db.labels() YIELD label RETURN label`],
    ['a type of a value', 'RETURN 1 :: INTEGER AS yes'],
  ])('%s is refused, since it would see every namespace', (_, cypher) => {
    expect(() => R1.text(cypher)).toThrow();
    expect(inNamespace('').text(cypher)).toBe(cypher);
  });
});

test('a name that no label can carry is refused', () => {
  for (const name of ['R1', 'r1) DETACH DELETE (n', 'first']) expect(() => inNamespace(name)).toThrow();
});

describe.each([NEO4J, MEMGRAPH])('what is made in a namespace on $product', (dialect) => {
  test('is all that is made in the first one, each under a name of its own', () => {
    const first = wantedBy(dialect);
    const placed = wantedBy(dialect, R1);
    expect(placed).toHaveLength(first.length);
    expect(first.map(({ cypher }) => cypher)).toContain(
      'CREATE CONSTRAINT unique_Chunk_id IF NOT EXISTS FOR (n:Chunk) REQUIRE n.id IS UNIQUE',
    );
    expect(placed.map(({ cypher }) => cypher)).toContain(
      'CREATE CONSTRAINT unique_Chunk_r1_id IF NOT EXISTS FOR (n:Chunk_r1) REQUIRE n.id IS UNIQUE',
    );
    const labels = Object.keys(ALL_INDEXES).filter((label) => !UNPLACED_LABELS.has(label));
    for (const label of labels) expect(placed.map(({ key }) => key)).toContain(`unique ${label}_r1.id`);
    const shared = first.filter(({ key }) => placed.some((other) => other.key === key));
    expect(shared.filter(({ key }) => !UNPLACED_LABELS.has(key.split(/[ .]/)[1] ?? ''))).toEqual([]);
  });
});
