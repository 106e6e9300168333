/**
 * A process with a standby of the graph, while others without one have switched to a restore: it does not follow, and so it
 * says what to do, wherever it writes.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createStores, type Stores } from '../../parts/stores.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { serve } from '../../stores/graph/statements/serving.ts';
import { boltStore } from '../servers/bolt-graph.ts';
import { javaMissing } from '../servers/maven.ts';
import type { BoltServer } from '../servers/neo4j.ts';
import { redisMissing } from '../servers/redis.ts';
import { emptyPair, type Pair, startPair, talliesOn, tally } from '../stores/graph/standby/pair.ts';

const missing = javaMissing() ?? redisMissing;
const never = new AbortController().signal;
const log = createLog({ level: 'silent' });
const REMEDY = 'Start without TRELLIS_GRAPH_STANDBY_URL';

describe.skipIf(missing !== null)(
  `a graph standby beside a restore (${missing ?? 'two Neo4j'})`,
  { timeout: 600_000 },
  () => {
    let pair: Pair;
    let folder: string;
    let stores: Stores;
    beforeAll(async () => {
      pair = await startPair();
    }, 600_000);
    afterAll(() => pair?.close(), 60_000);
    beforeEach(async () => {
      await emptyPair(pair);
      folder = await mkdtemp(join(tmpdir(), 'trellis-beside-'));
      const config = readConfig({
        TRELLIS_DATA_DIR: folder,
        ...{ TRELLIS_GRAPH: 'bolt', TRELLIS_GRAPH_URL: pair.one.url, TRELLIS_GRAPH_USER: pair.one.user },
        ...{ TRELLIS_GRAPH_PASSWORD: pair.one.password, TRELLIS_REDIS_URL: pair.redis.url },
        ...{ TRELLIS_GRAPH_STANDBY_URL: pair.two.url, TRELLIS_GRAPH_STANDBY_USER: pair.two.user },
        TRELLIS_GRAPH_STANDBY_PASSWORD: pair.two.password,
      });
      stores = createStores(config, { secrets: fixedSecrets(config), onOther: () => undefined, log });
      await stores.graph.open();
    }, 300_000);
    afterEach(async () => {
      await stores?.graph.close();
      await rm(folder, { recursive: true, force: true });
    }, 60_000);

    /** As a leader without a standby does. */
    const switchOn = async (server: BoltServer) => {
      const others = boltStore(server);
      await others.open();
      await others.write([
        serve({ namespace: 'r1', previous: '', restore: 'one', at: '2026-01-02T03:04:05Z' }),
      ]);
      await others.close();
    };
    const expectRefused = async (server: BoltServer, key: string) => {
      await expect(stores.graph.write([tally(key, 1)])).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining(REMEDY),
      });
      expect((await talliesOn(server)).has(`${key} 1`)).toBe(false);
      expect(await stores.graph.health()).toMatchObject({
        state: 'DEGRADED',
        detail: expect.stringContaining(REMEDY),
      });
    };

    test('is told in its health, and refused its writes', async () => {
      expect((await stores.graph.health()).detail).not.toContain(REMEDY);
      await switchOn(pair.one);
      await expectRefused(pair.one, 'after');
    });

    test('also where the server that takes writes is the one that the settings name second', async () => {
      const { roles, keeper, second } = stores.graphServers ?? {};
      if (roles === undefined) throw new Error('there are two servers');
      await roles.reseed({ onProgress: () => undefined });
      await roles.attach(never);
      await roles.changePlaces('test');
      expect(keeper?.view().primary).toBe(second);
      await switchOn(pair.two);
      await expectRefused(pair.two, 'after');
    });
  },
);
