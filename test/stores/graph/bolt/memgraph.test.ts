import type { Neo4jError } from 'neo4j-driver';
import { describe, expect, test } from 'vitest';
import { neo4j } from '../../../../stores/graph/bolt/driver.ts';
import { type FailureKind, failureKind } from '../../../../stores/graph/bolt/failures.ts';
import { MEMGRAPH } from '../../../../stores/graph/bolt/memgraph.ts';
import { SPOKEN } from '../statements/catalogue.ts';

const ONE_CODE = 'Memgraph.TransientError.MemgraphError.MemgraphError';
const CLIENT_CODE = 'Memgraph.ClientError.MemgraphError.MemgraphError';

/** An error as the driver makes it of a server's answer. */
function said(code: string, message: string): Neo4jError {
  return new (neo4j().Neo4jError)(message, code, '50N42', message);
}

describe('what Memgraph says', () => {
  test.each<[FailureKind, string, string]>([
    ['CONFLICT', ONE_CODE, 'Cannot resolve conflicting transactions. Retry this transaction when …'],
    ['CONFLICT', ONE_CODE, 'Cannot get shared access to the storage. Try stopping other parallel queries.'],
    ['CONFLICT', ONE_CODE, 'Cannot get unique access to the storage. Try stopping other parallel queries.'],
    ['CONFLICT', ONE_CODE, 'The storage mode changed while this query was acquiring storage access.'],
    ['CONFLICT', CLIENT_CODE, 'Unable to commit due to unique constraint violation on :Revision(id)'],
    ['REJECTED', CLIENT_CODE, 'Unable to commit due to unique constraint violation on :Chunk(id)'],
    ['TIMEOUT', ONE_CODE, 'Transaction was asked to abort because of transaction timeout.'],
    ['TERMINATED', ONE_CODE, 'Transaction was asked to abort by another user.'],
    ['TERMINATED', ONE_CODE, 'Transaction was asked to abort because of database shutdown.'],
    ['REJECTED', ONE_CODE, 'Replication Exception: …'],
    ['LEADERLESS', CLIENT_CODE, 'Write queries are forbidden on the replica instance. …'],
    [
      'DENIED',
      CLIENT_CODE,
      'You are not authorized to execute this query! Please contact your database administrator.',
    ],
    ['DENIED', 'Memgraph.ClientError.Security.Unauthenticated', 'Authentication failure'],
    ['REJECTED', CLIENT_CODE, "line 1:1 mismatched input 'NONSENSE'"],
  ])('is taken as %s: %s %s', (kind, code, message) => {
    expect(failureKind(said(code, message), MEMGRAPH.failures)).toBe(kind);
  });
});

describe('the Cypher of Memgraph', () => {
  test('differs from the common one only in how relationships are counted', () => {
    const differing = SPOKEN.filter(({ cypher }) => MEMGRAPH.toText(cypher) !== cypher);
    expect(differing.map(({ name }) => name)).toEqual([
      'expansion.entitiesSpelled',
      'expansion.mentionsOfChunks',
      'relationships.stepCount',
    ]);
  });

  test('has no counting subquery, which is younger than the versions we serve', () => {
    expect(
      SPOKEN.map(({ cypher }) => MEMGRAPH.toText(cypher)).filter((text) => /COUNT \{/.test(text)),
    ).toEqual([]);
  });
});
