/** What a write removed of the labels that are listed, told from its texts and the engine's counts. */

import { expect, test } from 'vitest';
import { removedBy } from '../../../../stores/graph/embedded/removed-nodes.ts';

const by = (cypher: string, deleted = 2) =>
  removedBy([{ cypher, parameters: {} }], [{ created: 0, deleted }]).map(({ label, count }) => [
    label,
    count,
  ]);

test.each([
  ['MATCH (d:Document {id: $id}) DETACH DELETE d', [['Document', 2]]],
  ['MATCH (s:Submission {id: $id}) MATCH (d:Document {id: s.documentId}) DETACH DELETE s', []],
  ['MATCH (n:Entity) WITH collect(n) AS all UNWIND all AS one DETACH DELETE one', [['Entity', 2]]],
  ['MATCH (d:Document {id: $id}) RETURN d.id AS id', []],
])('of %j', (cypher, removed) => {
  expect(by(cypher)).toEqual(removed);
});

test('nothing, where the engine removed none', () => {
  expect(by('MATCH (d:Document {id: $id}) DETACH DELETE d', 0)).toEqual([]);
});
