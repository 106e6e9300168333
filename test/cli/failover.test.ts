/**
 * `trellis failover` and what clients see, of a real Trellis on two real Neo4j; each test goes on from where the one
 * before it ended. What the commands do is in `test/operations/recovery/desk.test.ts`.
 */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDevelopmentToken } from '../../cli/token.ts';
import { javaMissing } from '../servers/maven.ts';
import { redisMissing } from '../servers/redis.ts';
import { type Pair, startPair, until } from '../stores/graph/standby/pair.ts';
import { measuresIn } from '../told-measures.ts';
import { dataFolder, type Ended, type Server, startServer, stop, trellis } from './harness.ts';

const missing = javaMissing() ?? redisMissing;
const START_MS_MAX = 600_000;
const RECOVERY = new URL('../../schema/operations/recovery.graphql', import.meta.url);
const SEARCH = 'query ($query: String!) { search(query: $query) { hits { rank } degraded { arm kind } } }';
const HEALTH = '{ health { components { name state detail } } }';
const GRAPH_ANSWERS = `query ($name: String!, $id: ID!) {
  entities(name: $name) { nodes { id } degraded { arm kind } }
  neighborhood(entities: [$id]) { entities { name } degraded { arm kind } }
  path(from: $id, to: $id) { length degraded { arm kind } }
}`;

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
type Data = any;

describe.skipIf(missing !== null)(
  `trellis failover (${missing ?? 'two Neo4j'})`,
  { timeout: 600_000 },
  () => {
    let pair: Pair;
    let folder: string;
    let server: Server;

    beforeAll(async () => {
      [pair, folder] = await Promise.all([startPair(), dataFolder()]);
      server = await startServer(folder, {
        TRELLIS_SAMPLES: 'false',
        TRELLIS_GRAPH: 'bolt',
        TRELLIS_GRAPH_URL: pair.one.url,
        TRELLIS_GRAPH_USER: pair.one.user,
        TRELLIS_GRAPH_PASSWORD: pair.one.password,
        TRELLIS_GRAPH_STANDBY_URL: pair.two.url,
        TRELLIS_GRAPH_STANDBY_USER: pair.two.user,
        TRELLIS_GRAPH_STANDBY_PASSWORD: pair.two.password,
        TRELLIS_REDIS_URL: pair.redis.url,
        TRELLIS_FAILOVER: 'manual',
        // More than asking again and again spends.
        TRELLIS_USER_POINTS_PER_MINUTE: '1000000',
      });
    }, START_MS_MAX);
    afterAll(async () => {
      if (server !== undefined) await stop(server);
      await pair?.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }, 120_000);

    const ask = (...args: readonly string[]): Promise<Ended> => trellis(args, server.settings).ended;
    const graphql = async (query: string, variables: Data = {}, operationName?: string): Promise<Data> => {
      const token = await createDevelopmentToken(join(folder, 'keys'), {});
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables, operationName }),
      });
      return response.json();
    };
    const recovery = async (operationName: string, input?: Data): Promise<Data> =>
      graphql(await readFile(RECOVERY, 'utf8'), input === undefined ? {} : { input }, operationName);
    const status = async (): Promise<Data> => (await recovery('Recovery')).data?.recovery;
    const isMode = (mode: string) => until(async () => (await status())?.mode === mode);
    const ingest = async (name: string): Promise<Ended> => {
      const file = join(folder, `${name}.md`);
      await writeFile(file, `# ${name}\n\n${name} designed the Z3 in Berlin.\n`);
      return ask('ingest', file, '--collection', 'mine');
    };
    /** What stood in; an arm that is late on a busy machine is none of it. */
    const search = async (query: string): Promise<Data> => {
      const { data } = await graphql(SEARCH, { query });
      if (!data) return null;
      const stoodIn = data.search.degraded.filter(({ kind }: Data) => kind !== 'LEFT_OUT');
      return {
        found: data.search.hits.length > 0,
        stoodIn: stoodIn.map(({ arm, kind }: Data) => `${arm} ${kind}`),
      };
    };
    const ofGraph = async (id: string): Promise<Data> => {
      const { data, errors = [] } = await graphql(GRAPH_ANSWERS, { name: 'Konrad Zuse', id });
      expect(errors).toEqual([]);
      return [data.entities, data.neighborhood, data.path].map(({ degraded }) => degraded);
    };
    const metrics = async () => measuresIn(await (await fetch(`${server.url}/metrics`)).text());
    const health = async (): Promise<Data> => {
      const { data } = await graphql(HEALTH);
      return data.health.components.find(({ name }: Data) => name === 'graph');
    };

    test('a new standby is filled by itself, and both say so', async () => {
      await isMode('ATTACHED');
      expect((await ingest('Konrad Zuse')).code).toBe(0);
      const said = await ask('failover');
      expect(said.stdout).toMatch(
        /^Epoch \d+, standby ATTACHED, failover manual, witness in Redis answers\nFIRST +PRIMARY +reached\nSECOND +STANDBY +reached, \d+ writes behind\n/,
      );
      const { data } = await recovery('Recovery');
      expect(data.recovery).toMatchObject({
        isAutomatic: false,
        lastRecovery: null,
        seeding: null,
        servers: [
          { place: 'FIRST', role: 'PRIMARY', isReached: true, behind: null },
          { place: 'SECOND', role: 'STANDBY', isReached: true },
        ],
      });
      expect(JSON.parse((await ask('failover', '--json')).stdout)).toMatchObject({
        mode: 'ATTACHED',
        epoch: data.recovery.epoch,
      });
      expect(await search('Konrad Zuse')).toEqual({ found: true, stoodIn: [] });
      const { data: named } = await graphql('{ entities(name: "Konrad Zuse") { nodes { id } } }');
      expect(await ofGraph(named.entities.nodes[0].id)).toEqual([[], [], []]);
      expect(await metrics()).toMatchObject({
        graph_epoch: data.recovery.epoch,
        graph_primary: 1,
        graph_servers_reached: 2,
        graph_standby_attached: 1,
        graph_promotions_total: 0,
        graph_standby_reads_total: 0,
      });
    });

    test('what nobody has agreed to, or would cost something for nothing, is refused', async () => {
      expect(await ask('failover', '--reseed')).toMatchObject({ code: 2 });
      expect(await ask('failover', '--promote', '--force')).toMatchObject({ code: 2 });
      expect(await ask('failover', '--promote', '--reseed')).toMatchObject({ code: 2 });
      expect(await ask('failover', '--force', '--yes')).toMatchObject({ code: 2 });
      expect(await ask('failover', '--reseed', '--yes')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('CONFLICT: The standby of the graph is attached'),
      });
    });

    test('the primary killed, searches and graph answers tell that the standby gave them', async () => {
      const { data } = await graphql('{ entities(name: "Konrad Zuse") { nodes { id } } }');
      await pair.one.kill();
      // Until this process has seen it, and asks the standby at once, an answer may fail.
      await until(async () => (await search('Konrad Zuse')) !== null);
      expect(await search('Konrad Zuse')).toEqual({ found: true, stoodIn: ['GRAPH STANDBY'] });
      expect(await ofGraph(data.entities.nodes[0].id)).toEqual(
        Array(3).fill([{ arm: 'GRAPH', kind: 'STANDBY' }]),
      );
      expect((await metrics()).graph_standby_reads_total).toBeGreaterThan(0);
      await until(async () => (await health()).state === 'DEGRADED');
      expect((await ask('failover')).stdout).toMatch(/FIRST +PRIMARY +NOT REACHED/);
    });

    test('promoted by a command, the standby takes writes, and nobody stands in any more', async () => {
      const { code, stdout } = await ask('failover', '--promote', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        mode: 'UNSEEDED',
        servers: [
          { place: 'FIRST', role: 'STANDBY', isReached: false },
          { place: 'SECOND', role: 'PRIMARY', isReached: true },
        ],
      });
      expect((await ingest('Grace Hopper')).code).toBe(0);
      expect(await search('Konrad Zuse')).toEqual({ found: true, stoodIn: [] });
      expect(await metrics()).toMatchObject({ graph_primary: 2, graph_promotions_total: 1 });
    });

    test('a standby that is of no use is not promoted, by force neither', async () => {
      for (const how of [[], ['--force', '--yes']])
        expect(await ask('failover', '--promote', ...how)).toMatchObject({
          code: 1,
          stdout: '',
          stderr: expect.stringMatching(/^CONFLICT: The standby of the graph (is UNSEEDED|was never filled)/),
        });
      expect((await ask('failover', '--status')).stdout).toMatch(/SECOND +PRIMARY +reached/);
    });
  },
);
