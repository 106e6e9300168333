/** Trellis whole, spoken to as a client would, with the calls of its stores counted. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type App, createApp, type Stores } from '../../app.ts';
import { findFiles } from '../../cli/files.ts';
import { isFinished, type JobState } from '../../model/jobs.ts';
import type { Scope } from '../../model/principal.ts';
import { CLIENT_AUDIENCE } from '../../platform/auth/token-authority.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { createTestGraph, GRAPH_ON_SERVER } from '../servers/test-graph.ts';

/** Everything a client may be allowed. */
export const ALL_SCOPES: readonly Scope[] = [
  'documents:read',
  'documents:write',
  'graph:read',
  'graph:write',
  'retrieval:read',
  'admin:*',
];
export const TRANSPORTS = ['process', 'http'] as const;
export type Transport = (typeof TRANSPORTS)[number];

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
export type Data = any;

export interface Answer {
  readonly status: number;
  readonly data: Data;
  readonly errors: Data[];
}

export interface Scenario {
  readonly app: App;
  readonly directory: string;
  /** Names of the store calls since the last look, in order: `graph.entities.byIds`, `vectors.searchDense`. */
  takeCalls(): readonly string[];
  token(options?: { readonly tenant?: string; readonly scopes?: readonly Scope[] }): Promise<string>;
  run(query: string, variables?: Readonly<Record<string, unknown>>, token?: string | null): Promise<Answer>;
  /** Ingests documents and waits for the job; gives the payload. */
  ingest(collection: string, documents: readonly Data[], token?: string): Promise<Data>;
  jobDone(id: string, token?: string): Promise<Data>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface ScenarioOptions {
  readonly transport?: Transport;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startScenario({
  transport = 'process',
  settings = {},
}: ScenarioOptions = {}): Promise<Scenario> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-scenario-'));
  const calls: string[] = [];
  const create = async () => {
    const graph = GRAPH_ON_SERVER ? await createTestGraph(directory, createLog({ level: 'silent' })) : null;
    const config = readConfig({
      TRELLIS_DATA_DIR: directory,
      TRELLIS_PORT: '0',
      TRELLIS_SUBGRAPH_PORT: '0',
      TRELLIS_SUBGRAPH_TRANSPORT: transport,
      TRELLIS_LOG_LEVEL: 'silent',
      ...settings,
    });
    return createApp(config, { wrapStores: (stores) => countCalls(onServer(stores, graph), calls) });
  };
  let app = await create();
  await app.start();

  const token: Scenario['token'] = ({ tenant = 'acme', scopes = ALL_SCOPES } = {}) =>
    app.authority.issue({
      principal: { subject: 'tester', tenant, scopes },
      audience: CLIENT_AUDIENCE,
      lifetimeSeconds: 600,
    });
  const run: Scenario['run'] = async (query, variables = {}, given) => {
    const bearer = given === undefined ? await token() : given;
    const response = await fetch(`${app.url()}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { readonly data?: Data; readonly errors?: Data[] };
    return { status: response.status, data: answer.data ?? null, errors: answer.errors ?? [] };
  };
  const jobDone: Scenario['jobDone'] = async (id, given) => {
    for (;;) {
      const { data } = await run(
        'query ($id: ID!) { ingestionJob(id: $id) { id state progress { documentsDone documentsTotal chunks entities } failures { key step code message } } }',
        { id },
        given,
      );
      if (isFinished(data.ingestionJob.state as JobState)) return data.ingestionJob;
      await delay(20);
    }
  };
  return {
    get app() {
      return app;
    },
    directory,
    takeCalls: () => calls.splice(0),
    token,
    run,
    jobDone,
    ingest: async (collection, documents, given) => {
      const { data, errors } = await run(
        await operation('ingest'),
        { input: { collection, documents } },
        given,
      );
      if (errors.length > 0) throw new Error(errors[0].message);
      const { job } = data.ingestDocuments;
      return { ...data.ingestDocuments, job: job === null ? null : await jobDone(job.id, given) };
    },
    restart: async () => {
      await app.close();
      app = await create();
      await app.start();
    },
    close: async () => {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The text of a file in `schema/operations/`. */
export function operation(name: string): Promise<string> {
  return readFile(new URL(`../../schema/operations/${name}.graphql`, import.meta.url), 'utf8');
}

/** The sample collection as documents of one call. */
export async function sampleDocuments(): Promise<readonly Data[]> {
  const folder = new URL('../../samples/documents', import.meta.url).pathname;
  const files = await findFiles([folder]);
  return Promise.all(
    files.map(async ({ path, mediaType }) => ({
      key: path.slice(folder.length + 1),
      mediaType,
      contentBase64: (await readFile(path)).toString('base64'),
    })),
  );
}

function onServer(stores: Stores, graph: GraphStore | null): Stores {
  return graph === null ? stores : { ...stores, graph };
}

/** The real stores, with a note of every call that reads or writes data. */
function countCalls(stores: Stores, calls: string[]): Stores {
  const { graph, vectors } = stores;
  return {
    ...stores,
    graph: {
      ...graph,
      read: (statement, options) => {
        calls.push(`graph.${statement.name}`);
        return graph.read(statement, options);
      },
      write: (statements, options) => {
        calls.push('graph.write');
        return graph.write(statements, options);
      },
    },
    vectors: {
      ...vectors,
      searchDense: (...args) => {
        calls.push('vectors.searchDense');
        return vectors.searchDense(...args);
      },
      searchKeyword: (...args) => {
        calls.push('vectors.searchKeyword');
        return vectors.searchKeyword(...args);
      },
      countPhrases: (...args) => {
        calls.push('vectors.countPhrases');
        return vectors.countPhrases(...args);
      },
      matching: (...args) => {
        calls.push('vectors.matching');
        return vectors.matching(...args);
      },
      vectors: (...args) => {
        calls.push('vectors.vectors');
        return vectors.vectors(...args);
      },
    },
  };
}
