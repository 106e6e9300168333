/** The whole installation restored on servers that its processes share, each part in its own, while readers and writers go on. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runRaw } from '../servers/bolt-graph.ts';
import { APART } from './engines.ts';
import { type Data, operation, type Scenario, sampleDocuments } from './harness.ts';
import { restoringIn, startWithBackups, until } from './restoring.ts';

const SLOW_MS = 600_000;

describe.skipIf(APART !== 'parts')('an installation on servers that is restored while it runs', () => {
  let trellis: Scenario;
  beforeAll(async () => {
    // Seven processes and two servers share what cores there are.
    trellis = await startWithBackups({ settings: { TRELLIS_REQUEST_TIMEOUT_MS: '120000' } });
    await trellis.ingest('samples', (await sampleDocuments()).slice(0, 5));
    await trellis.ingest('people', [
      { key: 'ada', content: 'Zenobia Quill keeps bees in Narvik.', mediaType: 'text/plain' },
      { key: 'bob', content: 'Quentin Vale mends clocks in Bergen.', mediaType: 'text/plain' },
      { key: 'eve', content: 'Ottoline Marsh paints boats in Oslo.', mediaType: 'text/plain' },
    ]);
  }, SLOW_MS);
  afterAll(() => trellis?.close());

  const restoring = restoringIn(() => trellis);
  const { tried, backedUp, asked, over, erased } = restoring;
  const KEYS = '{ documents(first: 100) { nodes { key } } }';
  const keysOf = (data: Data): readonly string[] =>
    data.documents.nodes.map(({ key }: Data) => key).toSorted();
  /** Resolves once that is what a reader sees. */
  const shows = (wanted: (keys: readonly string[]) => boolean) =>
    until(async () => {
      const data = await tried(KEYS);
      return data !== null && wanted(keysOf(data)) ? keysOf(data) : null;
    });
  const raw = (cypher: string) =>
    runRaw(
      {
        url: trellis.settings['TRELLIS_GRAPH_URL'] ?? '',
        user: trellis.settings['TRELLIS_GRAPH_USER'] ?? '',
        password: trellis.settings['TRELLIS_GRAPH_PASSWORD'] ?? '',
      },
      cypher,
    );
  const labels = async (): Promise<readonly string[]> => {
    const found = await raw('MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label ORDER BY label');
    return found.map(({ label }) => String(label));
  };
  const served = async (): Promise<string> =>
    String(
      (await raw(`MATCH (s:Serving {id: 'installation'}) RETURN s.namespace AS namespace`))[0]?.namespace,
    );
  /** What is there of keys that begin so: indexed, or handed over. */
  const written = async (namespace: string, prefix: string): Promise<ReadonlySet<string>> => {
    const suffix = namespace === '' ? '' : `_${namespace}`;
    const found = await raw(
      `MATCH (n) WHERE (n:Document${suffix} OR n:Submission${suffix}) AND n.key STARTS WITH '${prefix}' RETURN DISTINCT n.key AS key`,
    );
    return new Set(found.map(({ key }) => String(key)));
  };
  const ingest = operation('ingest');
  /** Hands documents over, one after the other, until it is stopped; gives what was acknowledged. */
  const writer = (prefix: string) => {
    const acknowledged: string[] = [];
    let going = true;
    const writing = (async () => {
      for (let at = 0; going; at++) {
        const key = `${prefix}-${at}`;
        const documents = [{ key, content: `Number ${at} of ${prefix}.`, mediaType: 'text/plain' }];
        if ((await tried(await ingest, { input: { collection: 'late', documents } })) !== null)
          acknowledged.push(key);
      }
    })();
    return {
      acknowledged,
      stop: async () => {
        going = false;
        await writing;
      },
    };
  };

  test(
    'goes on while it is restored, and every process follows one switch, there and back and there',
    async () => {
      const backup = await backedUp();
      await trellis.ingest('late', [{ key: 'late', content: 'This came later.', mediaType: 'text/plain' }]);
      await erased('Zenobia Quill');
      const { id } = await asked('restoreBackup', { backup, scope: 'INSTALLATION' });
      await restoring.refusesAnother(backup);
      const ready = await over(id, 'READY');
      expect(ready).toMatchObject({ problem: null, progress: null, receipt: { restored: 8, erased: 1 } });
      expect(ready.notice).toContain('the same engines');
      // Behind the restore, so that only the switch can take it along.
      await erased('Quentin Vale');

      const writing = writer('during');
      expect(await asked('switchRestore', { id })).toMatchObject({ state: 'SWITCHING' });
      expect(await over(id, 'SWITCHED')).toMatchObject({ problem: null, switchedAt: expect.any(String) });
      const seen = writing.acknowledged.length;
      const restored = await shows((keys) => !keys.includes('late'));
      expect(restored).not.toContain('ada');
      expect(restored).not.toContain('bob');
      expect(restored.filter((key) => !key.startsWith('during'))).toHaveLength(6);
      await until(async () => (writing.acknowledged.length > seen + 3 ? true : null));
      await writing.stop();
      const first = await served();
      expect(first).toMatch(/^r/);
      const [into, before] = [await written(first, 'during'), await written('', 'during')];
      for (const key of writing.acknowledged) expect(into.has(key) || before.has(key)).toBe(true);
      // What the other end heard of behind the switch is where the switch went.
      for (const key of writing.acknowledged.slice(seen + 1)) expect(into.has(key)).toBe(true);
      for (const key of before) expect(into.has(key)).toBe(false);
      const { search } = await until(async () =>
        tried(await operation('search'), { query: 'Who designed Colossus?', first: 3 }),
      );
      expect(search.hits.length).toBeGreaterThan(0);
      const AUDIT = '{ auditVerification { intact } auditLog(first: 20) { nodes { action targets } } }';
      const told = await until(async () => {
        const data = await tried(AUDIT);
        const actions = data?.auditLog.nodes.map(({ action }: Data) => action) ?? [];
        return actions.includes('switchRestore') ? data : null;
      });
      expect(told.auditVerification.intact).toBe(true);

      // Only the way back can take it along.
      await erased('Ottoline Marsh');
      expect(await asked('revertRestore', { id })).toMatchObject({ state: 'REVERTING' });
      expect(await over(id, 'REVERTED')).toMatchObject({ problem: null });
      const old = await shows((keys) => keys.includes('late'));
      expect(old).not.toContain('ada');
      expect(old).not.toContain('eve');
      expect(await served()).toBe('');

      const { id: again } = await asked('restoreBackup', { backup, scope: 'INSTALLATION' });
      await over(again, 'READY');
      await asked('switchRestore', { id: again });
      await over(again, 'SWITCHED');
      await shows((keys) => !keys.includes('late'));
      await until(async () => tried('{ viewer { tenant } }'));
      expect(await asked('confirmRestore', { id: again })).toMatchObject({ state: 'CONFIRMED' });
      const last = await served();
      expect(last).not.toBe(first);
      // What was served before is gone, and what was taken back.
      await until(async () =>
        (await labels()).every((label) => label === 'Serving' || label.endsWith(`_${last}`)) ? true : null,
      );
      await trellis.restart();
      await trellis.ingest('late', [{ key: 'since', content: 'This came last.', mediaType: 'text/plain' }]);
      expect(await shows((keys) => keys.includes('since'))).toHaveLength(6);
    },
    SLOW_MS,
  );

  test(
    'one that stands ready is dropped, and nothing of it is left',
    async () => {
      const namespace = await served();
      const { id } = await asked('restoreBackup', { backup: await backedUp(), scope: 'INSTALLATION' });
      await over(id, 'READY');
      expect(await asked('cancelRestore', { id })).toMatchObject({ state: 'CANCELLED' });
      await until(async () =>
        (await labels()).every((label) => label === 'Serving' || label.endsWith(`_${namespace}`))
          ? true
          : null,
      );
      await restoring.refusesSwitch(id);
    },
    SLOW_MS,
  );
});
