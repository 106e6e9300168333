/** Trellis whole, spoken to as a client would, with the calls of its stores counted. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp } from '../../app.ts';
import { findFiles } from '../../cli/files.ts';
import { isFinished, type JobState } from '../../model/jobs.ts';
import type { Scope } from '../../model/principal.ts';
import { CLIENT_AUDIENCE, createTokenAuthority } from '../../platform/auth/token-authority.ts';
import { readConfig } from '../../platform/config.ts';
import { startApart } from './apart.ts';
import { countCalls } from './count-calls.ts';
import { APART, borrowEngines } from './engines.ts';

/** Everything a client may be allowed. */
export const ALL_SCOPES: readonly Scope[] = [
  'documents:read',
  'documents:write',
  'graph:read',
  'graph:write',
  'retrieval:read',
  'schema:read',
  'operations:any',
  'admin:*',
  'privacy:reveal',
  'privacy:search',
];
/** `processes`: the gateway in one process, everything else in another or in several, over HTTP. */
export type Transport = 'process' | 'http' | 'processes';
/** For scenarios that look at the way to the subgraphs; the others take the first. */
export const TRANSPORTS: readonly Transport[] = APART === null ? ['process', 'http'] : ['processes'];

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
export type Data = any;

export interface Answer {
  readonly status: number;
  readonly data: Data;
  readonly errors: Data[];
}

/** What runs: in this process, or in others. */
export interface Running {
  url(): string;
  close(): Promise<void>;
  takeCalls(): Promise<readonly string[]>;
}

/** The tenant that scenarios are of, which runs the installation as well. */
const OPERATORS = 'acme';

export interface Scenario {
  readonly app: Running;
  readonly directory: string;
  /** The installation's own, for who starts another process of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Names of the store calls since the last look, in order: `graph.entities.byIds`, `vectors.searchDense`. */
  takeCalls(): Promise<readonly string[]>;
  token(options?: { readonly tenant?: string; readonly scopes?: readonly Scope[] }): Promise<string>;
  /** Of this installation, unless the address of another one is given that takes the same tokens. */
  run(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    token?: string | null,
    url?: string,
  ): Promise<Answer>;
  /** Ingests documents and waits for the job; gives the payload. */
  ingest(collection: string, documents: readonly Data[], token?: string): Promise<Data>;
  jobDone(id: string, token?: string): Promise<Data>;
  /** With these settings instead of those that it had. */
  restart(changed?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

export interface ScenarioOptions {
  readonly transport?: Transport;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startScenario({
  transport = TRANSPORTS[0] ?? 'process',
  settings = {},
}: ScenarioOptions = {}): Promise<Scenario> {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-scenario-'));
  const engines = await borrowEngines(directory);
  let environment: Record<string, string> = {
    ...engines.settings,
    TRELLIS_DATA_DIR: directory,
    TRELLIS_PORT: '0',
    TRELLIS_SUBGRAPH_PORT: '0',
    TRELLIS_LOG_LEVEL: 'silent',
    TRELLIS_OPERATOR_TENANT: OPERATORS,
    ...settings,
  };
  const start = () =>
    transport === 'processes'
      ? startApart(environment, engines.placement)
      : startTogether({ ...environment, transport });
  let app = await start();

  const token: Scenario['token'] = async ({ tenant = OPERATORS, scopes = ALL_SCOPES } = {}) => {
    const authority = createTokenAuthority({ directory: join(directory, 'keys') });
    await authority.open();
    return authority.issue({
      principal: { subject: 'tester', tenant, scopes },
      audience: CLIENT_AUDIENCE,
      lifetimeSeconds: 600,
    });
  };
  const run: Scenario['run'] = async (query, variables = {}, given, url = app.url()) => {
    const bearer = given === undefined ? await token() : given;
    const response = await fetch(`${url}/graphql`, {
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
    settings: environment,
    takeCalls: () => app.takeCalls(),
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
    restart: async (changed = {}) => {
      await app.close();
      environment = { ...environment, ...changed };
      app = await start();
    },
    close: async () => {
      await app.close();
      await engines.giveBack();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startTogether({
  transport,
  ...environment
}: Readonly<Record<string, string>>): Promise<Running> {
  const calls: string[] = [];
  const config = readConfig({ ...environment, TRELLIS_SUBGRAPH_TRANSPORT: transport });
  const app = createApp(config, { wrapStores: (stores) => countCalls(stores, calls) });
  await app.start();
  return { url: app.url, close: app.close, takeCalls: async () => calls.splice(0) };
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
