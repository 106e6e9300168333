/** Documents from before a privacy policy, brought back into an installation that has one: never seen plain. */

import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createExclusive } from '../../../ingestion/exclusive.ts';
import { createPartRestores } from '../../../ingestion/restoring/part-restores.ts';
import { createRestorer } from '../../../ingestion/restoring/restorer.ts';
import type { Staged } from '../../../ingestion/restoring/staged-versions.ts';
import { collectionId, contentHash } from '../../../model/ids.ts';
import type { PersonalDataAction } from '../../../model/personal-data.ts';
import type { Principal } from '../../../model/principal.ts';
import type { Restore, RestoreMode } from '../../../model/restore.ts';
import { moveInstallation } from '../../../operations/move/move.ts';
import { createLog } from '../../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../../stores/graph/embedded/embedded-graph-store.ts';
import { statement } from '../../../stores/graph/graph-store.ts';
import type { Leases } from '../../../stores/graph/leases/leases.ts';
import { createLocalLeases } from '../../../stores/graph/leases/local-leases.ts';
import { pseudonymPattern } from '../../../text/pseudonyms.ts';
import { openRooms, type Rooms, TENANT } from '../harness.ts';

const SLOW_MS = 240_000;
const log = createLog({ level: 'silent' });
const ADA: Principal = { subject: 'ada', tenant: TENANT, scopes: ['admin:data', 'privacy:reveal'] };
const LETTERS = [
  {
    key: 'a',
    title: 'From Wilhelmina Quastenberg',
    content: 'Wilhelmina Quastenberg grows roses.',
    metadata: { author: 'Wilhelmina Quastenberg' },
    knowledge: { entities: [{ name: 'Wilhelmina Quastenberg', type: 'person' }], triples: [] },
  },
  { content: 'Wilhelmina Quastenberg repairs bicycles.' },
];

let from: Rooms;
let cutAt: string;
beforeAll(async () => {
  from = await openRooms();
  for (const collection of ['mail', 'notes']) {
    const { jobId } = await from.ingestion.submit(TENANT, collection, LETTERS);
    await from.finished(jobId);
  }
  cutAt = new Date().toISOString();
}, SLOW_MS);
afterAll(() => from?.close());

let into: Rooms;
let leases: Leases;
/** Chunks of the collection with a policy in which a name stood plain, behind each write to the graph. */
let plain: string[];
afterEach(() => into?.close());

const PLAIN = statement(
  'test.plain',
  `MATCH (c:Chunk {collectionId: $mail}) WHERE c.text CONTAINS 'Quastenberg' RETURN c.text AS text`,
  { mail: collectionId(TENANT, 'mail') },
  (row) => String(row['text']),
);

interface Hooks {
  /** Behind each write to the indexes. */
  readonly onIndexed?: () => Promise<void>;
  /** Whenever somebody asks for the index alone. */
  readonly onLease?: () => void;
}

async function open({ onIndexed, onLease }: Hooks = {}): Promise<void> {
  plain = [];
  into = await openRooms({
    createGraph: (directory) => {
      const graph = createEmbeddedGraphStore({ directory: join(directory, 'graph'), log });
      return {
        ...graph,
        write: async (...given) => {
          const written = await graph.write(...given);
          plain.push(...(await graph.read(PLAIN)));
          return written;
        },
      };
    },
    leases: (graph) => {
      const local = createLocalLeases({ graph });
      leases = {
        ...local,
        acquire: (id, signal) => {
          if (id === 'index') onLease?.();
          return local.acquire(id, signal);
        },
      };
      return leases;
    },
    wrapVectors: (vectors) => ({
      ...vectors,
      apply: async (changes, index) => {
        const applied = await vectors.apply(changes, index);
        await onIndexed?.();
        return applied;
      },
    }),
  });
}
const decide = (action: PersonalDataAction) =>
  into.privacyPolicies.set(ADA, { collection: 'mail', otherwise: action, rules: [], confidenceMin: 0.5 });

async function restored(
  mode: RestoreMode,
  { staged = from, now = () => new Date() }: { readonly staged?: Staged; readonly now?: () => Date } = {},
): Promise<Restore> {
  const parts = createPartRestores({ graph: into.graph, now: () => new Date() });
  const { id } = await parts.begin({
    ...{ backup: 'one', cutAt, mode, withAccess: false, requestedBy: 'ada' },
    scope: { kind: 'TENANT', tenant: TENANT },
  });
  const duty = createRestorer({
    ...into,
    ...{ log, now, everyMs: 10, exclusive: createExclusive(leases) },
    stage: async () => ({ ...staged, discard: async () => undefined }),
    record: async () => undefined,
  });
  const stop = new AbortController();
  const running = duty.run(stop.signal);
  try {
    return await vi.waitFor(
      async () => {
        const restore = await parts.get(id);
        if (restore === null || restore.state === 'RUNNING') throw new Error(JSON.stringify(restore));
        return restore;
      },
      { timeout: 60_000, interval: 20 },
    );
  } finally {
    stop.abort();
    await running;
  }
}
/** Another installation with all that this one has, as a backup brings it. */
async function copyOf(rooms: Rooms): Promise<Rooms> {
  const copy = await openRooms({ startWorker: false });
  const moved = { name: 'test', from: rooms, to: copy, signal: new AbortController().signal };
  expect((await moveInstallation({ ...moved, onProgress: () => undefined })).differences).toEqual([]);
  return copy;
}
const indexed = () =>
  vi.waitFor(async () => expect(await into.counts()).toMatchObject({ Submission: 0, Removal: 0 }), {
    timeout: 60_000,
    interval: 50,
  });
const texts = async () =>
  (
    await into.graph.read(
      statement('test.texts', 'MATCH (c:Chunk) RETURN c.text AS text', {}, (row) => String(row['text'])),
    )
  ).toSorted();
const withoutPseudonyms = async () =>
  (await texts()).map((text) => text.replaceAll(pseudonymPattern(), 'X')).toSorted();

describe('documents from before a policy', { timeout: SLOW_MS }, () => {
  test('come back under it and at no moment plain; others as they were', async () => {
    await open();
    await decide('PSEUDONYMISE');
    const { receipt } = await restored('MERGE');
    expect(receipt).toMatchObject({ restored: 4, anew: 2, failed: 0, treatments: [] });
    await indexed();
    expect(plain).toEqual([]);
    expect(await withoutPseudonyms()).toEqual(
      [
        ...['Wilhelmina Quastenberg grows roses.', 'Wilhelmina Quastenberg repairs bicycles.'],
        ...['X grows roses.', 'X repairs bicycles.'],
      ].toSorted(),
    );
    expect(await into.counts()).toMatchObject({ Document: 4 });
    // As if they had come under it.
    expect(await into.ingestion.submit(TENANT, 'mail', LETTERS)).toMatchObject({ jobId: null });
    // Again, there is nothing to do; and nothing goes that the backup has under another id.
    const again = await restored('REPLACE');
    expect(again.receipt).toMatchObject({ restored: 0, unchanged: 4, removed: 0 });
  });

  test('are there when it begins where they were being written, and none comes plain behind it', async () => {
    let begun: Promise<number> | undefined;
    const { promise: waits, resolve: told } = Promise.withResolvers<void>();
    await open({
      // They were sorted by the policy of then, and their transaction is still to come.
      onIndexed: async () => {
        begun ??= decide('PSEUDONYMISE').then(async () => (await into.graph.read(PLAIN)).length);
        await Promise.race([begun, waits]);
      },
      onLease: () => {
        if (begun !== undefined) told();
      },
    });
    expect((await restored('MERGE')).receipt).toMatchObject({ restored: 4 });
    const there = await begun;
    await indexed();
    expect(await into.graph.read(PLAIN)).toHaveLength(there ?? -1);
  });

  test('come back also by a clock that is behind that of whoever was asked', async () => {
    await open();
    await decide('PSEUDONYMISE');
    const behind = () => new Date(Date.now() - 60_000);
    expect((await restored('MERGE', { now: behind })).receipt).toMatchObject({ restored: 4, anew: 2 });
    await indexed();
    expect((await withoutPseudonyms()).filter((text) => text.startsWith('X'))).toEqual([
      'X grows roses.',
      'X repairs bicycles.',
    ]);
  });

  test('take the place of what is there plain under the old id', async () => {
    await open();
    const { jobId } = await into.ingestion.submit(TENANT, 'mail', LETTERS.slice(1));
    await into.finished(jobId);
    await decide('REDACT');
    expect((await restored('REPLACE')).receipt).toMatchObject({ restored: 4, anew: 2, removed: 0 });
    await indexed();
    expect((await texts()).filter((text) => text.includes('bicycles'))).toEqual([
      'Wilhelmina Quastenberg repairs bicycles.',
      '[person] repairs bicycles.',
    ]);
    expect(await into.counts()).toMatchObject({ Document: 4 });
  });

  test('leave nothing of what failed of the same documents, whose raw bytes lie there plain', async () => {
    await open();
    const { jobId } = await into.ingestion.submit(TENANT, 'mail', LETTERS.slice(0, 1));
    await into.finished(jobId);
    const bytes = Buffer.from('%PDF-1.7 Wilhelmina Quastenberg, and no page');
    const failing = await into.ingestion.submit(TENANT, 'mail', [
      { key: 'a', contentBase64: bytes.toString('base64'), mediaType: 'application/pdf' },
    ]);
    expect(await into.finished(failing.jobId)).toMatchObject({ state: 'FAILED' });
    const raw = [{ tenant: TENANT, hash: contentHash(bytes) }];
    expect(await into.content.has(raw)).toEqual([true]);
    await decide('PSEUDONYMISE');
    expect((await restored('MERGE')).receipt).toMatchObject({ restored: 4, anew: 2 });
    await indexed();
    expect(await into.content.has(raw)).toEqual([false]);
  });

  test('that were sealed come back with what stands behind their pseudonyms, and are opened for no weaker policy', async () => {
    await open();
    await decide('PSEUDONYMISE');
    const { jobId, accepted } = await into.ingestion.submit(TENANT, 'mail', LETTERS.slice(0, 1));
    await into.finished(jobId);
    const [id = ''] = accepted.map(({ documentId }) => documentId);
    // As a backup has it: the same installation, from which the document is deleted behind it.
    const backup = await copyOf(into);
    await into.ingestion.delete(TENANT, { ids: [id], keys: [], collectionId: null });
    await decide('KEEP');
    expect((await restored('MERGE', { staged: backup })).receipt).toMatchObject({ restored: 1, anew: 0 });
    const [text = ''] = await texts();
    const [pseudonym = ''] = text.match(pseudonymPattern()) ?? [];
    expect(text).toBe(`${pseudonym} grows roses.`);
    const asked = { document: id, pseudonyms: [pseudonym], reason: 'a complaint' };
    expect(await into.pseudonyms.reveal(ADA, asked)).toMatchObject([{ value: 'Wilhelmina Quastenberg' }]);
    await into.ingestion.delete(TENANT, { ids: [id], keys: [], collectionId: null });
    await decide('REDACT');
    expect((await restored('MERGE', { staged: backup })).receipt).toMatchObject({ restored: 1, anew: 1 });
    await indexed();
    expect(await texts()).toEqual(['[person] grows roses.']);
    await backup.close();
  });
});
