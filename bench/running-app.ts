/** Trellis in this process on a folder of its own, spoken to through its API. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type App, type AppOptions, createApp } from '../app.ts';
import { type Client, createClient } from '../cli/client.ts';
import { createDevelopmentToken } from '../cli/token.ts';
import { isFinished, type JobState } from '../model/jobs.ts';
import { readConfig } from '../platform/config.ts';
import { UNLIMITED } from '../test/unlimited.ts';
import type { BenchPassage, BenchTriples } from './question-set.ts';

export interface RunningApp {
  readonly app: App;
  readonly client: Client;
  readonly token: string;
  readonly directory: string;
  close(): Promise<void>;
}

export async function startApp(
  settings: Readonly<Record<string, string>> = {},
  options: AppOptions = {},
): Promise<RunningApp> {
  const directory = settings.TRELLIS_DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'trellis-bench-')));
  const config = readConfig({
    TRELLIS_PORT: '0',
    TRELLIS_SUBGRAPH_PORT: '0',
    TRELLIS_LOG_LEVEL: 'error',
    // One client is the whole load here; what limits refuse is another bench's to say.
    ...UNLIMITED,
    ...settings,
    TRELLIS_DATA_DIR: directory,
  });
  const app = createApp(config, options);
  await app.start();
  const token = await createDevelopmentToken(join(directory, 'keys'), {});
  return {
    app,
    token,
    directory,
    client: createClient({ url: app.url(), token }),
    close: async () => {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const INGEST = `mutation BenchIngest($input: IngestDocumentsInput!) {
  ingestDocuments(input: $input) { job { id } rejected { index message } }
}`;
const JOB = 'query BenchJob($id: ID!) { ingestionJob(id: $id) { state failures { message } } }';
/** Documents in one call. */
const DOCUMENTS_A_CALL = 200;
const POLL_MS = 50;

/** Ingests passages through the API and waits until all of them can be found; gives the time in seconds. */
export async function ingestPassages(
  client: Client,
  collection: string,
  passages: readonly BenchPassage[],
  triples: ReadonlyMap<string, BenchTriples> = new Map(),
): Promise<number> {
  const startedAt = performance.now();
  const jobs: string[] = [];
  for (let at = 0; at < passages.length; at += DOCUMENTS_A_CALL) {
    const documents = passages
      .slice(at, at + DOCUMENTS_A_CALL)
      .map((passage) => toDocument(passage, triples.get(passage.id)));
    const { ingestDocuments } = await client.run<{
      readonly ingestDocuments: {
        readonly job: { readonly id: string } | null;
        readonly rejected: readonly { readonly message: string }[];
      };
    }>(INGEST, { input: { collection, documents } });
    const [rejected] = ingestDocuments.rejected;
    if (rejected !== undefined) throw new Error(rejected.message);
    if (ingestDocuments.job !== null) jobs.push(ingestDocuments.job.id);
  }
  for (const id of jobs) await jobDone(client, id);
  return (performance.now() - startedAt) / 1_000;
}

/** Waits until the job is done; rejects when it fails. */
export async function jobDone(client: Client, id: string): Promise<void> {
  for (;;) {
    const { ingestionJob } = await client.run<{
      readonly ingestionJob: {
        readonly state: JobState;
        readonly failures: readonly { readonly message: string }[];
      };
    }>(JOB, { id });
    if (ingestionJob.state === 'SUCCEEDED') return;
    if (isFinished(ingestionJob.state))
      throw new Error(ingestionJob.failures[0]?.message ?? ingestionJob.state);
    await delay(POLL_MS);
  }
}

function toDocument({ id, title, text }: BenchPassage, known: BenchTriples | undefined) {
  const document = {
    key: id,
    ...(title === undefined ? {} : { title }),
    content: text,
    mediaType: 'text/plain',
  };
  if (known === undefined) return document;
  const entities = known.entities.filter(isName).map((name) => ({ name }));
  const triples = known.triples
    .filter((parts) => parts.length === 3 && parts.every(isName))
    .map(([subject, predicate, object]) => ({ subject, predicate, object }));
  return { ...document, knowledge: { entities, triples } };
}

/** What a model extracted may be no name at all. */
function isName(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text) && text.length <= 200;
}
