/** Tests that need a Neo4j: they borrow it, and say why when there is none. */

import { afterAll, beforeAll, describe } from 'vitest';
import { type BoltServer, borrowNeo4j, neo4jMissing } from './neo4j.ts';

/** Starting it, fetching it and waiting for other files may all take their time, in ms. */
const BORROW_MS_MAX = 600_000;
/** A server that is still warming up on a busy machine answers slowly, in ms. */
const TEST_MS_MAX = 120_000;

export function describeOnNeo4j(subject: string, tests: (server: () => BoltServer) => void): void {
  const missing = neo4jMissing();
  const name = missing === null ? subject : `${subject} (${missing})`;
  describe.skipIf(missing)(name, { timeout: TEST_MS_MAX }, () => {
    let borrowed: Awaited<ReturnType<typeof borrowNeo4j>> | undefined;
    beforeAll(async () => {
      borrowed = await borrowNeo4j();
    }, BORROW_MS_MAX);
    afterAll(() => borrowed?.giveBack());
    tests(() => {
      if (borrowed === undefined) throw new Error('Neo4j is there inside tests only');
      return borrowed;
    });
  });
}
