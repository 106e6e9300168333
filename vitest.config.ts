import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/longest-first.ts';
import { leftOut } from './test/servers/asked-for.ts';

/** Over the wire, and with a server that is still warming up, everything takes longer. */
const isOverWire = process.env.TEST_GRAPH !== undefined || process.env.SCENARIOS_APART === 'parts';
const TEST_MS_MAX = isOverWire ? 240_000 : 60_000;

/**
 * Processes started and killed one after another, and every way to break a store: left to CI and to
 * `npm run test:servers`, so that `npm test` stays a matter of minutes on two cores.
 */
const LONG = [
  'test/cli/{backups,consistency,failover,move,reembed,sealed-by-vault,secrets}.test.ts',
  'test/conformance/vector-store.mirrored.test.ts',
  'test/failures/{archive-crash,backup-crash,migration-crash,privacy-crash,redis-failover,redis-lost}.test.ts',
  'test/failures/{reembedding-crash,restore-crash,restore-part-crash,revoked-under-load}.test.ts',
  'test/ingestion/consistency/{consistency,consistency.embedded,consistency.neo4j}.test.ts',
  'test/ingestion/{archive/archives,mirror/mirror-keeper,privacy/pseudonyms}.test.ts',
  'test/operations/{backups/backups,recovery/desk}.test.ts',
  'test/platform/redis/master-connection.test.ts',
  'test/scenarios/{bound-reader,restore-part,restore-running,restored}.test.ts',
  'test/security/fuzz.test.ts',
  'test/stores/graph/standby/promotion.test.ts',
];

export default defineConfig({
  resolve: {
    // Vite prefers the ES module of `graphql`, Node its CommonJS; its packages load the latter. Two copies of
    // `graphql` do not know each other's types, so tests take the one that runs in production.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: leftOut === null ? [] : LONG,
    globalSetup: ['test/compile-cache.ts', 'test/temporary-folder.ts', 'test/servers/run-desk.ts'],
    pool: 'forks',
    // Scenarios on the one Qdrant that is lent empty it of each other's collections.
    fileParallelism: process.env.SCENARIOS_APART !== 'parts' || process.env.QDRANT_URL === undefined,
    sequence: { sequencer: LongestFirst },
    // By itself vitest leaves a core free, which is half of a machine of two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: TEST_MS_MAX,
    // Whoever waits for something waits as long as the test may take, and then says for what: a machine may be busy.
    expect: { poll: { timeout: TEST_MS_MAX - 10_000 } },
    hookTimeout: isOverWire ? 240_000 : 120_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});
