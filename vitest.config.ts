import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Over the wire, and with a server that is still warming up, everything takes longer. */
const isOverWire = process.env.TEST_GRAPH !== undefined || process.env.SCENARIOS_APART === 'parts';

export default defineConfig({
  resolve: {
    // Vite prefers the ES module of `graphql`, Node its CommonJS; its packages load the latter. Two copies of
    // `graphql` do not know each other's types, so tests take the one that runs in production.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/compile-cache.ts', 'test/servers/run-desk.ts'],
    pool: 'forks',
    // By itself vitest leaves a core free, which is half of a machine of two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: isOverWire ? 240_000 : 60_000,
    hookTimeout: isOverWire ? 240_000 : 120_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});
