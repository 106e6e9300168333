/** What was backed up and restored, also onto other engines, answers everything as before, and its audit log is whole. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../app.ts';
import { restore } from '../../cli/restore.ts';
import { readConfig } from '../../platform/config.ts';
import { readEventStream } from '../../platform/http/event-stream.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { neo4jMissing, startNeo4j } from '../servers/neo4j.ts';
import { UNLIMITED } from '../unlimited.ts';
import { differences } from './every-question.ts';
import { type Data, type Scenario, sampleDocuments, startScenario } from './harness.ts';

const SLOW_MS = 900_000;
const SETTLED = '{ backup(id: $id) { state progress { step } isProven problem verification { findings } } }';

describe('an installation that was backed up and restored', () => {
  let trellis: Scenario;
  let folders: readonly string[];
  let backup: Data;
  beforeAll(async () => {
    folders = await Promise.all(
      ['backups', 'embedded', 'servers'].map((name) => mkdtemp(join(tmpdir(), `trellis-${name}-`))),
    );
    const settings = {
      ...UNLIMITED,
      TRELLIS_BACKUP_DIR: folders[0] ?? '',
      TRELLIS_BACKUP_KEY: randomBytes(32).toString('base64'),
    };
    trellis = await startScenario({ settings });
    await trellis.ingest('samples', await sampleDocuments());
  }, SLOW_MS);
  afterAll(async () => {
    await trellis?.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  const run = async (query: string, variables: Data = {}): Promise<Data> => {
    const { data, errors } = await trellis.run(query, variables);
    expect(errors).toEqual([]);
    return data;
  };
  const settled = async (id: string): Promise<Data> => {
    for (;;) {
      const { backup } = await run(`query ($id: ID!) ${SETTLED}`, { id });
      if (backup.state !== 'RUNNING' && backup.progress === null) return backup;
    }
  };
  /** What a client that watches is told, until it is over. */
  const watched = async (id: string): Promise<readonly Data[]> => {
    const response = await fetch(`${trellis.app.url()}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await trellis.token()}`,
      },
      body: JSON.stringify({ query: `subscription ($id: ID!) ${SETTLED}`, variables: { id } }),
    });
    const results: Data[] = [];
    for await (const result of readEventStream(response.body as ReadableStream<Uint8Array>))
      results.push(result);
    return results;
  };
  test(
    'is proven by a restore on trial',
    async () => {
      const create = 'mutation { createBackup(input: { scope: INSTALLATION }) { backup { id state } } }';
      backup = (await run(create)).createBackup.backup;
      expect((await watched(backup.id)).at(-1)).toMatchObject({ data: { backup: { state: 'SUCCEEDED' } } });
      expect(await settled(backup.id)).toMatchObject({ state: 'SUCCEEDED', isProven: false });
      const verify = 'mutation ($id: ID!) { verifyBackup(input: { id: $id }) { backup { id } } }';
      await run(verify, { id: backup.id });
      expect(await settled(backup.id)).toMatchObject({
        isProven: true,
        problem: null,
        verification: { findings: [] },
      });
    },
    SLOW_MS,
  );

  /** Restored onto the engines of these settings, and asked everything. */
  const differencesOn = async (settings: Readonly<Record<string, string>>, directory: string) => {
    const { TRELLIS_BACKUP_DIR = '', TRELLIS_BACKUP_KEY = '' } = trellis.settings;
    const to = {
      ...{ TRELLIS_BACKUP_DIR, TRELLIS_BACKUP_KEY, TRELLIS_OPERATOR_TENANT: 'acme' },
      ...{ TRELLIS_DATA_DIR: directory, TRELLIS_KEYS_DIR: join(trellis.directory, 'keys') },
      ...{ TRELLIS_PORT: '0', TRELLIS_LOG_LEVEL: 'silent', TRELLIS_SAMPLES: 'false' },
      ...UNLIMITED,
      ...settings,
    };
    await restore(readConfig(trellis.settings), {
      ...{ id: backup.id, to: readConfig(to), tenant: null, collection: null },
      progress: { update: () => undefined, stop: () => undefined },
      secrets: fixedSecrets(readConfig(trellis.settings)),
      signal: new AbortController().signal,
    });
    const restored = createApp(readConfig(to));
    await restored.start();
    try {
      return await differences(
        (query, variables) => trellis.run(query, variables),
        (query, variables) => trellis.run(query, variables, undefined, restored.url()),
      );
    } finally {
      await restored.close();
    }
  };

  test(
    'answers every query as before on embedded engines, with 0 differences',
    async () => {
      expect(await differencesOn({}, folders[1] ?? '')).toEqual([]);
      expect(await run('{ auditVerification { intact faults { reason } } }')).toEqual({
        auditVerification: { intact: true, faults: [] },
      });
    },
    SLOW_MS,
  );

  test.skipIf(neo4jMissing())(
    `answers every query as before on Neo4j, with 0 differences${neo4jMissing() === null ? '' : ` (${neo4jMissing()})`}`,
    async () => {
      const { url, user, password, close } = await startNeo4j();
      try {
        const settings = {
          TRELLIS_GRAPH: 'bolt',
          TRELLIS_GRAPH_URL: url,
          TRELLIS_GRAPH_USER: user,
          TRELLIS_GRAPH_PASSWORD: password,
        };
        expect(await differencesOn(settings, folders[2] ?? '')).toEqual([]);
      } finally {
        await close();
      }
    },
    SLOW_MS,
  );
});
