/** One value decides where everything of an installation lies, and takes all of it away again: engines and Redis alike. */

import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contentHash } from '../../model/ids.ts';
import { createSharedWork, type SharedWork } from '../../parts/between-processes.ts';
import { dropNamespace, listNamespaces } from '../../parts/drop-namespace.ts';
import { createConfiguredRedis } from '../../parts/redis.ts';
import { createStores, type Stores } from '../../parts/stores.ts';
import { type Config, readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { collectionsByIds, createCollection } from '../../stores/graph/statements/collections.ts';
import { emptyGraph, forgetSchema } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';
import { type RedisServer, redisMissing, startRedis } from '../servers/redis.ts';

const log = createLog({ level: 'silent' });
const TENANT = 'acme';
const NAMESPACES = ['', 'r1'] as const;
/** Making indexes for two takes its time on a busy machine, in ms. */
const TEST_MS_MAX = 600_000;
const bytesIn = (namespace: string) => new TextEncoder().encode(`in ${namespace}`);
const contentIn = (namespace: string) => ({ tenant: TENANT, hash: contentHash(bytesIn(namespace)) });
const collectionIn = (namespace: string) => ({
  ...{ id: 'same', tenant: TENANT, name: `of ${namespace}`, description: null },
  createdAt: '2026-01-01T00:00:00.000Z',
});

describe.skipIf(redisMissing !== null)('namespaces of an installation', () => {
  describeOnNeo4j('on Neo4j', (server) => {
    let redisServer: RedisServer;
    let config: Config;
    let redis: Redis;
    const opened: { readonly stores: Stores; readonly work: SharedWork }[] = [];
    const tools = () => ({ secrets: fixedSecrets(config), log });

    beforeEach(async () => {
      await emptyGraph(server());
      await forgetSchema(server());
      redisServer = await startRedis();
      const folder = await mkdtemp(join(tmpdir(), 'trellis-namespaces-'));
      config = readConfig({
        TRELLIS_DATA_DIR: folder,
        TRELLIS_GRAPH: 'bolt',
        TRELLIS_GRAPH_URL: server().url,
        TRELLIS_GRAPH_USER: server().user,
        TRELLIS_GRAPH_PASSWORD: server().password,
        TRELLIS_CONTENT: 'folder',
        TRELLIS_CONTENT_DIR: join(folder, 'shared'),
        TRELLIS_REDIS_URL: redisServer.url,
      });
      redis = createConfiguredRedis(config, redisServer.url, tools());
    });
    afterEach(async () => {
      await closeAll();
      redis.close();
      await redisServer.close();
    });

    const open = async (namespace: string) => {
      const stores = createStores(config, { ...tools(), namespace });
      const work = createSharedWork(config, { redis, namespace, log });
      opened.push({ stores, work });
      await Promise.all([
        stores.graph.open(),
        stores.content.open(),
        stores.vectors.open(null),
        work.start(),
      ]);
      return { ...stores, work };
    };
    const closeAll = async () => {
      for (const { stores, work } of opened.splice(0)) {
        await Promise.all([stores.graph.close(), stores.content.close(), stores.vectors.close()]);
        await work.close();
      }
    };
    const fill = async (namespace: string) => {
      const { graph, content, vectors, work } = await open(namespace);
      await graph.write([createCollection(collectionIn(namespace))]);
      await content.put([{ ...contentIn(namespace), bytes: bytesIn(namespace) }]);
      await vectors.recordRevision(namespace.length + 1);
      await vi.waitFor(() => work.queue.push(['same job']), { timeout: 20_000, interval: 20 });
    };
    const queued = async (namespace: string) => {
      const prefix = namespace === '' ? 'trellis' : `trellis:${namespace}`;
      return redisServer.command('LRANGE', `${prefix}:ingestion:wait`, '0', '-1');
    };
    const look = async (namespace: string) => {
      const { graph, content, vectors } = await open(namespace);
      const [found] = await graph.read(collectionsByIds(TENANT, ['same']));
      return {
        collection: found?.name,
        has: await content.has(NAMESPACES.map(contentIn)),
        revision: await vectors.revision(),
        queued: await queued(namespace),
      };
    };
    const ownOf = (namespace: string) => ({
      collection: `of ${namespace}`,
      has: NAMESPACES.map((other) => other === namespace),
      revision: namespace.length + 1,
      queued: ['same job'],
    });

    test('are apart everywhere, and dropping one takes all of it and nothing of the others', {
      timeout: TEST_MS_MAX,
    }, async () => {
      for (const namespace of NAMESPACES) await fill(namespace);
      await closeAll();
      for (const namespace of NAMESPACES) expect(await look(namespace)).toEqual(ownOf(namespace));
      await closeAll();
      expect(await listNamespaces(config, tools())).toEqual(NAMESPACES);

      await dropNamespace(config, '', tools());
      expect(await listNamespaces(config, tools())).toEqual(['r1']);
      expect(await redisServer.command('KEYS', 'trellis:ingestion:*')).toEqual([]);
      expect(existsSync(join(config.DATA_DIR, 'vectors'))).toBe(false);
      expect(await look('r1')).toEqual(ownOf('r1'));
      await closeAll();

      await dropNamespace(config, 'r1', tools());
      expect(await listNamespaces(config, tools())).toEqual([]);
      expect(await redisServer.command('KEYS', '*')).toEqual([]);
      expect(existsSync(join(config.DATA_DIR, 'namespaces', 'r1', 'vectors'))).toBe(false);
      expect(existsSync(join(config.DATA_DIR, 'shared', 'namespaces', 'r1'))).toBe(false);
    });
  });
});
