/** The whole installation, restored into itself while it runs: over GraphQL, in one process, with others at work. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEventStream } from '../../platform/http/event-stream.ts';
import { APART } from './engines.ts';
import { type Data, operation, type Scenario, sampleDocuments, TRANSPORTS } from './harness.ts';
import { RESTORE, restoringIn, startWithBackups } from './restoring.ts';

const SLOW_MS = 300_000;

// On servers that its processes share it goes another way: `restore-on-servers.test.ts`.
describe.skipIf(APART === 'parts').each(TRANSPORTS)(
  'an installation that is restored while it runs (%s)',
  (transport) => {
    let trellis: Scenario;
    beforeAll(async () => {
      trellis = await startWithBackups({ transport });
      await trellis.ingest('samples', (await sampleDocuments()).slice(0, 6));
      await trellis.ingest('people', [
        { key: 'ada', content: 'Zenobia Quill keeps bees in Narvik.', mediaType: 'text/plain' },
        { key: 'bob', content: 'Quentin Vale mends clocks in Bergen.', mediaType: 'text/plain' },
      ]);
    }, SLOW_MS);
    afterAll(() => trellis?.close());

    const restoring = restoringIn(() => trellis);
    const { run, backedUp, asked, over, erased } = restoring;
    const keys = async (): Promise<readonly string[]> => {
      const { documents } = await run('{ documents(first: 100) { nodes { key } } }');
      return documents.nodes.map(({ key }: Data) => key).toSorted();
    };
    const answers = async (): Promise<string> => {
      const found = [await run(await operation('documents'), { first: 100 })];
      for (const query of ['Who designed Colossus?', 'PageRank', 'bees in Narvik'])
        found.push(await run(await operation('search'), { query, first: 20 }));
      return JSON.stringify(found, (name, value) => (name === 'tookMs' ? 0 : value), 1);
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
        body: JSON.stringify({
          query: `subscription ($id: ID!) { restore(id: $id) { ${RESTORE} } }`,
          variables: { id },
        }),
      });
      const results: Data[] = [];
      for await (const result of readEventStream(response.body as ReadableStream<Uint8Array>))
        results.push(result);
      return results;
    };
    const ready = async (backup: string): Promise<string> => {
      const { id } = await asked('restoreBackup', { backup, scope: 'INSTALLATION' });
      const last = (await watched(id)).at(-1)?.data.restore;
      expect(last).toMatchObject({ state: 'READY', problem: null, progress: null });
      return id;
    };
    const ingest = (key: string, content: string) =>
      trellis.ingest('late', [{ key, content, mediaType: 'text/plain' }]);

    test(
      'goes on while it is restored, switches in one step, goes back, and stays when that is confirmed',
      async () => {
        const { createApiKey } = await run(
          'mutation { createApiKey(input: { name: "ci", scopes: ["documents:read"] }) { secret } }',
        );
        const backup = await backedUp();
        const before = await answers();
        await ingest('late', 'This came after the backup was made.');
        await erased('Zenobia Quill');

        const { id } = await asked('restoreBackup', { backup, scope: 'INSTALLATION' });
        // The running data is read and written meanwhile, without an error.
        let meanwhile = 0;
        const isRunning = async () =>
          (await run('query ($id: ID!) { restore(id: $id) { state } }', { id })).restore.state === 'RUNNING';
        const watching = watched(id);
        do {
          await ingest(`meanwhile-${meanwhile++}`, `Number ${meanwhile} came while it was restored.`);
          await answers();
        } while (await isRunning());
        const told = (await watching).map(({ data }) => data.restore);
        expect(told.at(-1)).toMatchObject({ state: 'READY', receipt: { restored: 8, erased: 1 } });
        expect(told.at(-1).notice).toContain(`restores/before-${id}`);
        await restoring.refusesAnother(backup);
        const old = await keys();
        expect(old).toContain('late');
        expect(old).not.toContain('ada');
        expect(old).toHaveLength(8 + meanwhile);

        // Acknowledged, and most likely not indexed yet: it goes on wherever its data is.
        const waiting = { key: 'waiting', content: 'It waits.', mediaType: 'text/plain' };
        const { ingestDocuments } = await run(await operation('ingest'), {
          input: { collection: 'late', documents: [waiting] },
        });
        // A stream that is open ends, and says why or that it is done; requests say when to come again.
        const open = watched(id);
        expect(await asked('switchRestore', { id })).toMatchObject({ state: 'SWITCHING' });
        expect(await over(id, 'SWITCHED')).toMatchObject({ problem: null });
        await open;
        const byKey = await trellis.run('{ viewer { tenant } }', {}, createApiKey.secret);
        expect(byKey).toMatchObject({ errors: [], data: { viewer: { tenant: 'acme' } } });
        const restored = await keys();
        expect(restored).toHaveLength(7);
        expect(restored).not.toContain('late');
        expect(restored).not.toContain('ada');
        expect(JSON.parse(before)[0].documents.nodes).toHaveLength(8);
        const { search } = await run(await operation('search'), {
          query: 'Who designed Colossus?',
          first: 3,
        });
        expect(search.hits.length).toBeGreaterThan(0);
        const { auditVerification, auditLog } = await run(
          '{ auditVerification { intact } auditLog(first: 5) { nodes { action actor } } }',
        );
        expect(auditVerification.intact).toBe(true);
        expect(auditLog.nodes).toEqual(expect.any(Array));
        await ingest('written-since', 'This came after the switch.');
        // What is decided behind the switch is carried back; nothing else is.
        await erased('Quentin Vale');
        const rules = 'otherwise: KEEP, rules: [{ kind: EMAIL, action: REDACT }]';
        await run(`mutation { setPrivacyPolicy(input: { ${rules} }) { policy { updatedBy } } }`);

        expect(await asked('revertRestore', { id })).toMatchObject({ state: 'REVERTING' });
        await over(id, 'REVERTED');
        expect(await trellis.jobDone(ingestDocuments.job.id)).toMatchObject({ state: 'SUCCEEDED' });
        expect(await keys()).toEqual([...old.filter((key) => key !== 'bob'), 'waiting'].toSorted());
        const { privacyPolicies } = await run('{ privacyPolicies { collection rules { kind action } } }');
        expect(JSON.stringify(privacyPolicies)).toContain('"REDACT"');
        expect(existsSync(join(trellis.directory, 'restores', `before-${id}`))).toBe(false);

        const again = await ready(backup);
        await asked('switchRestore', { id: again });
        await over(again, 'SWITCHED');
        const without = restored.filter((key) => key !== 'bob');
        expect(await keys()).toEqual(without);
        expect(await asked('confirmRestore', { id: again })).toMatchObject({ state: 'CONFIRMED' });
        const left = await readdir(join(trellis.directory, 'restores'));
        expect(left.filter((name) => !name.endsWith('.json'))).toEqual([]);
        await trellis.restart();
        expect(await keys()).toEqual(without);
      },
      SLOW_MS,
    );

    test(
      'one that stands ready is dropped, and nothing of it is left',
      async () => {
        const id = await ready(await backedUp());
        const before = await answers();
        expect(await asked('cancelRestore', { id })).toMatchObject({ state: 'CANCELLED' });
        expect(existsSync(join(trellis.directory, 'restores', id))).toBe(false);
        expect(await answers()).toBe(before);
        await restoring.refusesSwitch(id);
      },
      SLOW_MS,
    );
  },
);
