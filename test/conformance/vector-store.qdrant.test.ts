import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { FIRST_NAMESPACE } from '../../model/namespace.ts';
import { createLog } from '../../platform/log.ts';
import { createQdrantVectorStore } from '../../stores/vectors/qdrant/qdrant-vector-store.ts';
import { deleteCollections, QDRANT } from '../servers/qdrant.ts';
import { OPENAPI_FILE, openApiJudge } from '../stores/vectors/qdrant/openapi.ts';
import { describeVectorStore } from './vector-store.conformance.ts';

if (QDRANT === null)
  describe('a vector store on Qdrant', () => {
    test.skip('needs a server: set QDRANT_URL, and QDRANT_API_KEY where it wants a key');
  });
else {
  // The server may be far, and every test makes a collection of its own.
  vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
  const server = QDRANT;
  judgeRequests(server.url);
  for (const [engine, namespace] of [
    ['Qdrant', FIRST_NAMESPACE],
    ['Qdrant, in a namespace', 'r20261126141516abcdef01'],
  ] as const)
    describeVectorStore(engine, async () => {
      const collectionPrefix = `test-${randomUUID()}`;
      const log = createLog({ level: 'silent' });
      return {
        create: () => createQdrantVectorStore({ ...server, collectionPrefix, namespace, log }),
        shares: true,
        tearDown: () => deleteCollections(collectionPrefix),
      };
    });
}

/** With QDRANT_OPENAPI, each request that the suite sends is held against Qdrant's own description of it. */
function judgeRequests(server: string): void {
  if (OPENAPI_FILE === undefined) return;
  const judge = openApiJudge(OPENAPI_FILE);
  const send = globalThis.fetch;
  beforeAll(() => {
    globalThis.fetch = async (input, init) => {
      const { pathname } = new URL(String(input));
      if (String(input).startsWith(server) && typeof init?.body === 'string')
        judge.check(init.method ?? 'GET', pathname, JSON.parse(init.body));
      return send(input, init);
    };
  });
  afterAll(() => {
    globalThis.fetch = send;
  });
}
