/**
 * Whoever restores on servers is killed at every step, and the next goes on: never do two namespaces take writes, and
 * never is it in doubt which one does.
 */

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleServed } from '../../cli/served-restore.ts';
import { createServedRestores } from '../../operations/restores/on-servers/whole-restores.ts';
import type { WholeRestores } from '../../operations/restores/whole-restores.ts';
import { readConfig } from '../../platform/config.ts';
import { createLog } from '../../platform/log.ts';
import { fixedSecrets } from '../../platform/secrets/secrets.ts';
import { createBoltGraphStore } from '../../stores/graph/bolt/bolt-graph-store.ts';
import { type GraphStore, type Statement, statement } from '../../stores/graph/graph-store.ts';
import { createServedGraphStore } from '../../stores/graph/served-graph-store.ts';
import { putErasure } from '../../stores/graph/statements/retention.ts';
import { type ServedRestore, servedRestoreById } from '../../stores/graph/statements/serving.ts';
import { type Desk, ingestSamples, openDesk } from '../operations/backups/harness.ts';
import { boltStore, emptyGraph, runRaw } from '../servers/bolt-graph.ts';
import { describeOnNeo4j } from '../servers/describe-on-neo4j.ts';
import type { BoltServer } from '../servers/neo4j.ts';
import { runScript } from './run-script.ts';

const SCRIPT = join(import.meta.dirname, 'restore-served-process.ts');
const SLOW_MS = 900_000;
const log = createLog({ level: 'silent' });
const DOCUMENTS = 3;

describeOnNeo4j('a restore on servers whose processes are killed', (server) => {
  let data: string;
  let desk: Desk;
  let settings: Readonly<Record<string, string>>;
  let backup: string;
  /** Of the first namespace, as processes have it that have not heard of anything. */
  let old: GraphStore;
  beforeAll(async () => {
    await emptyGraph(server());
    data = await mkdtemp(join(tmpdir(), 'trellis-served-'));
    const [folder, masterKey] = [join(data, 'backups'), randomBytes(32)];
    desk = await openDesk({
      ...{ directory: data, folder, masterKey },
      createGraph: () => boltStore(server()),
    });
    await ingestSamples(desk.rooms, { count: DOCUMENTS });
    backup = (await desk.backUp()).id;
    settings = {
      ...settingsOf(server()),
      ...{ TRELLIS_DATA_DIR: data, TRELLIS_BACKUP_DIR: folder, TRELLIS_LOG_LEVEL: 'silent' },
      TRELLIS_BACKUP_KEY: masterKey.toString('base64'),
    };
    old = served('');
    await old.open();
  }, SLOW_MS);
  afterAll(async () => {
    await old?.close();
    await desk?.close();
    if (data !== undefined) await rm(data, { recursive: true, force: true });
  });

  const served = (namespace: string) => {
    const { url, user, password } = server();
    const graph = createBoltGraphStore({ url, user, password: () => password, namespace, log });
    return createServedGraphStore(graph, { namespace, onOther: () => undefined });
  };
  /** A process that leads, killed at that point; gives what it has said. */
  const killedAt = async (point: string): Promise<readonly string[]> => {
    const lines: string[] = [];
    const { signal } = await runScript(SCRIPT, [point, JSON.stringify(settings)], (line, kill) => {
      lines.push(line);
      if (line === point) kill();
    });
    expect(signal).toBe('SIGKILL');
    return lines;
  };
  const begin = async (whole: WholeRestores) => (await whole.begin(await desk.sets.open(backup), 'ada')).id;
  const kept = async (id: string): Promise<ServedRestore> => {
    const [found] = await old.read(servedRestoreById(id));
    if (found === undefined) throw new Error('the record is never lost');
    return found;
  };
  const pointer = async (): Promise<string> =>
    String(
      (await runRaw(server(), `MATCH (s:Serving {id: 'installation'}) RETURN s.namespace AS n`))[0]?.n ?? '',
    );
  const documentsIn = async (namespace: string): Promise<number> =>
    Number((await runRaw(server(), `MATCH (d:Document${suffixed(namespace)}) RETURN count(d) AS n`))[0]?.n);
  const namespacesThere = async (): Promise<readonly string[]> => {
    const rows = await runRaw(server(), 'MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label');
    const names = rows.map(({ label }) => String(label)).filter((label) => label !== 'Serving');
    return [...new Set(names.map((label) => label.split('_')[1] ?? ''))].toSorted();
  };
  /** Noted alone: whoever restores does the rest in the other namespace. */
  const erasureOfOne = async (id: string, namespace: string): Promise<Statement<unknown>> => {
    const of = `MATCH (d:Document${suffixed(namespace)}) RETURN d.id AS id, d.tenant AS tenant ORDER BY d.id LIMIT 1`;
    const [gone] = await runRaw(server(), of);
    return putErasure({
      ...{ id, tenant: String(gone?.tenant), at: new Date().toISOString(), erasedBy: 'ada' },
      ...{ reason: 'asked for', documentIds: [String(gone?.id)], subjects: [], selection: null },
    });
  };
  /** Writes go where the pointer says, and nowhere else. */
  const oneTakesWrites = async (namespaces: readonly string[]): Promise<void> => {
    const now = await pointer();
    for (const namespace of namespaces) {
      const graph = served(namespace);
      await graph.open();
      const writing = graph.write([
        statement('test.touch', 'MERGE (m:Move {id: $id})', { id: 'touch' }, (row) => row),
      ]);
      if (namespace === now) await writing;
      else
        await expect(writing).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          retryAfterMs: expect.any(Number),
        });
      await graph.close();
    }
  };

  test(
    'goes on with whoever leads next, through restoring, the switch, the way back, and what is dropped',
    async () => {
      const whole = createServedRestores({ graph: old, now: () => new Date() });
      const id = await begin(whole);
      await killedAt('in the middle');
      const first = (await kept(id)).namespace;
      await killedAt('before READY');
      const second = (await kept(id)).namespace;
      expect(second).not.toBe(first);
      await killedAt('after READY');
      const ready = await kept(id);
      expect(ready).toMatchObject({ state: 'READY', drop: [first, second] });
      expect(await documentsIn(ready.namespace)).toBe(DOCUMENTS);
      await oneTakesWrites(['', ready.namespace]);

      // Erased behind the restore, and before the switch.
      await old.write([await erasureOfOne('era_late', '')]);
      await whole.switchTo(id);
      await killedAt('before SWITCHED');
      expect(await pointer()).toBe('');
      await oneTakesWrites(['', ready.namespace]);
      await killedAt('during SWITCHED');
      const between = await kept(id);
      expect(between.state).toBe((await pointer()) === '' ? 'SWITCHING' : 'SWITCHED');
      await oneTakesWrites(['', ready.namespace]);
      if (between.state === 'SWITCHING') await killedAt('after SWITCHED');
      expect(await pointer()).toBe(ready.namespace);
      await oneTakesWrites(['', ready.namespace]);
      expect(await documentsIn(ready.namespace)).toBe(DOCUMENTS - 1);
      await killedAt('told');
      expect(await kept(id)).toMatchObject({ state: 'SWITCHED', told: false });

      const restored = served(ready.namespace);
      await restored.open();
      // Erased behind the switch, and before the way back.
      await restored.write([await erasureOfOne('era_later', ready.namespace)]);
      await createServedRestores({ graph: restored, now: () => new Date() }).revert(id);
      await restored.close();
      await killedAt('before REVERTED');
      expect(await pointer()).toBe(ready.namespace);
      await killedAt('during REVERTED');
      const back = await kept(id);
      expect(back.state).toBe((await pointer()) === '' ? 'REVERTED' : 'REVERTING');
      await oneTakesWrites(['', ready.namespace]);
      if (back.state === 'REVERTING') await killedAt('after REVERTED');
      expect(await pointer()).toBe('');
      await killedAt('before DROPPED');
      await killedAt('after DROPPED');
      expect((await kept(id)).drop).toEqual([]);
      expect(await namespacesThere()).toEqual(['']);
      expect(await documentsIn('')).toBe(DOCUMENTS - 1);
    },
    SLOW_MS,
  );

  test(
    'is taken back by the command line, where nothing runs that could be asked',
    async () => {
      const whole = createServedRestores({ graph: old, now: () => new Date() });
      const id = await begin(whole);
      await killedAt('after READY');
      await whole.switchTo(id);
      await killedAt('after SWITCHED');
      const { namespace } = await kept(id);
      expect(await pointer()).toBe(namespace);
      const before = await documentsIn('');
      const restored = served(namespace);
      await restored.open();
      await restored.write([await erasureOfOne('era_last', namespace)]);
      await restored.close();
      const config = readConfig(settings);
      const command = { action: 'revert', yes: true, secrets: fixedSecrets(config) } as const;
      expect(await settleServed(config, command)).toContain('what it was before');
      expect(await pointer()).toBe('');
      await expect(settleServed(config, command)).rejects.toMatchObject({ code: 'CONFLICT' });
      await oneTakesWrites(['', namespace]);
      expect(await documentsIn('')).toBe(before - 1);
      await killedAt('after DROPPED');
      expect(await namespacesThere()).toEqual(['']);
    },
    SLOW_MS,
  );

  test(
    'is given up once it has ended three of them, and what they left is dropped',
    async () => {
      const id = await begin(createServedRestores({ graph: old, now: () => new Date() }));
      for (let attempt = 1; attempt <= 3; attempt++) await killedAt('after TAKEN');
      await killedAt('after FAILED');
      expect(await kept(id)).toMatchObject({ state: 'FAILED', attempts: 3 });
      await killedAt('after DROPPED');
      expect(await namespacesThere()).toEqual(['']);
    },
    SLOW_MS,
  );
});

function suffixed(namespace: string): string {
  return namespace === '' ? '' : `_${namespace}`;
}

function settingsOf({ url, user, password }: BoltServer): Readonly<Record<string, string>> {
  return {
    ...{ TRELLIS_GRAPH: 'bolt', TRELLIS_GRAPH_URL: url },
    ...{ TRELLIS_GRAPH_USER: user, TRELLIS_GRAPH_PASSWORD: password },
  };
}
