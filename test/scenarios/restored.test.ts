/** What was backed up and restored answers every query of the journeys as before, and its audit log is whole. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restore } from '../../cli/restore.ts';
import { readConfig } from '../../platform/config.ts';
import { readEventStream } from '../../platform/http/event-stream.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { APART } from './engines.ts';
import { type Data, operation, type Scenario, sampleDocuments, startScenario } from './harness.ts';

const SLOW_MS = 300_000;
const SETTLED = '{ backup(id: $id) { state progress { step } isProven problem verification { findings } } }';

// A graph on a server is not backed up, and this test opens the embedded one itself.
describe.skipIf(APART !== null)('an installation that was backed up and restored', () => {
  let trellis: Scenario;
  let folders: readonly string[];
  let backup: Data;
  beforeAll(async () => {
    folders = await Promise.all(
      ['backups', 'restored'].map((name) => mkdtemp(join(tmpdir(), `trellis-${name}-`))),
    );
    const settings = {
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
  const answers = async (): Promise<string> => {
    const entities = await run(await operation('entities'), { name: 'Alan Turing' });
    const ids = entities.entities.nodes.map(({ id }: Data) => id);
    const found = [
      entities,
      await run(await operation('documents'), { first: 100 }),
      await run(await operation('neighborhood'), { entities: ids, hops: 2 }),
      await run(await operation('ask'), { question: 'What did Tommy Flowers design?' }),
      await run('{ apiKeys { nodes { id name scopes } } users { nodes { id name } } }'),
    ];
    for (const query of ['Who designed Colossus?', 'PageRank', 'the adviser of Alan Turing', 'random graphs'])
      found.push(await run(await operation('search'), { query, first: 20 }));
    return JSON.stringify(found, (name, value) => (name === 'tookMs' ? 0 : value), 1);
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

  test(
    'answers every query as before, with 0 differences',
    async () => {
      const before = await answers();
      const to = { TRELLIS_DATA_DIR: folders[1] ?? '', TRELLIS_KEYS_DIR: join(trellis.directory, 'keys') };
      await restore(readConfig(trellis.settings), {
        ...{ id: backup.id, to: readConfig({ ...to }), tenant: null, collection: null },
        secrets: fixedSecrets(readConfig(trellis.settings)),
        progress: { update: () => undefined, stop: () => undefined },
        signal: new AbortController().signal,
      });
      await trellis.restart(to);
      expect(await answers()).toBe(before);
      expect(await run(await operation('audit-log').then(verificationOf))).toMatchObject({
        auditVerification: { intact: true, faults: [] },
      });
    },
    SLOW_MS,
  );
});

/** The file has two operations; this one asks for nothing. */
function verificationOf(text: string): string {
  return text.slice(text.indexOf('query AuditVerification'));
}
