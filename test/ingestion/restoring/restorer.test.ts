/** A tenant of one installation brought back into another one that runs: on whatever graph the tests are asked to run. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createExclusive } from '../../../ingestion/exclusive.ts';
import { createPartRestores } from '../../../ingestion/restoring/part-restores.ts';
import { createRestorer } from '../../../ingestion/restoring/restorer.ts';
import type { AuditEvent } from '../../../model/audit.ts';
import { collectionId } from '../../../model/ids.ts';
import type { Restore } from '../../../model/restore.ts';
import { KINDS } from '../../../operations/move/compare.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';
import type { Leases } from '../../../stores/graph/leases/leases.ts';
import { createLocalLeases } from '../../../stores/graph/leases/local-leases.ts';
import type { Embedder } from '../../../text/embedder.ts';
import { createLexicalEmbedder } from '../../../text/embedders/lexical.ts';
import { openRooms, type Rooms, type RoomsOptions, TENANT } from '../harness.ts';

const SLOW_MS = 240_000;
const log = createLog({ level: 'silent' });
const COUNT = 130;
/** What a restore brings back; jobs and the state of indexes are each installation's own. */
const BROUGHT = [
  ...['Collection', 'Document', 'Chunk', 'Entity', 'Name', 'Relationship'],
  ...['MENTIONS', 'STATES', 'RELATES', 'NAMES', 'content'],
];

let from: Rooms;
let cutAt: string;
beforeAll(async () => {
  from = await openRooms();
  const people = ['Ottoline Fitch', 'Ferdinand Moss', 'Zenobia Quill', 'Wilma Zorblax'];
  const documents = Array.from({ length: COUNT }, (_, at) => ({
    key: `n-${at}`,
    title: `Note ${at}`,
    mediaType: 'text/plain',
    content: `${people[at % 4]} wrote letter ${at} to ${people[(at + 1) % 4]}. ${people[at % 3]} was born in Bergen in ${1800 + at}.`,
  }));
  const { jobId } = await from.ingestion.submit(TENANT, 'letters', documents);
  await from.finished(jobId);
  cutAt = new Date().toISOString();
}, SLOW_MS);
afterAll(() => from?.close());

let into: Rooms;
let leases: Leases;
let records: AuditEvent[];
beforeEach(() => {
  records = [];
});
afterEach(() => into?.close());

async function open(options: RoomsOptions = {}): Promise<void> {
  into = await openRooms({
    ...options,
    leases: (graph) => {
      leases = createLocalLeases({ graph });
      return leases;
    },
  });
}
const parts = () => createPartRestores({ graph: into.graph, now: () => new Date() });
const ask = (mode: Restore['mode'] = 'MERGE') =>
  parts().begin({
    ...{ backup: 'one', cutAt, mode: mode ?? 'MERGE', withAccess: false, requestedBy: 'ada' },
    scope: { kind: 'TENANT', tenant: TENANT },
  });
const restorer = (changes: Partial<Parameters<typeof createRestorer>[0]> = {}) =>
  createRestorer({
    ...into,
    ...{ log, now: () => new Date(), everyMs: 10 },
    exclusive: createExclusive(leases),
    stage: async () => ({ ...from, discard: async () => undefined }),
    record: async (events) => records.push(...events),
    ...changes,
  });
/** Runs the duty until the restore says so. */
async function until(id: string, isSo: (restore: Restore) => boolean, duty = restorer()): Promise<Restore> {
  const stop = new AbortController();
  const running = duty.run(stop.signal);
  try {
    for (;;) {
      const restore = await parts().get(id);
      if (restore !== null && isSo(restore)) return restore;
      await new Promise(setImmediate);
    }
  } finally {
    stop.abort();
    await running;
  }
}
const isOver = ({ state }: Restore) => state !== 'RUNNING';
async function summaries(rooms: Rooms): Promise<Readonly<Record<string, unknown>>> {
  const { signal } = new AbortController();
  const kinds = KINDS.filter(([what]) => BROUGHT.includes(what));
  return Object.fromEntries(
    await Promise.all(
      kinds.map(async ([what, summarise]) => [what, await summarise(rooms, signal)] as const),
    ),
  );
}
async function vectorsOf(rooms: Rooms): Promise<number> {
  return (await rooms.vectors.size()).vectors;
}

describe('a tenant that is brought back', () => {
  test('is what it was: every node, edge and content, and its vectors', { timeout: SLOW_MS }, async () => {
    await open();
    const { id } = await ask();
    const done = await until(id, isOver);
    expect(done).toMatchObject({ state: 'DONE', problem: null, receipt: { restored: COUNT, failed: 0 } });
    expect(withoutMoments(await summaries(into))).toEqual(withoutMoments(await summaries(from)));
    expect(await vectorsOf(into)).toBe(await vectorsOf(from));
    expect(records).toMatchObject([{ tenant: TENANT, actor: 'ada', action: 'restore', outcome: 'DONE' }]);
  });

  test('goes on where it was cut off, and counts each document once', { timeout: SLOW_MS }, async () => {
    await open();
    const { id } = await ask();
    const cut = await until(id, ({ receipt }) => receipt.restored > 0);
    const { Document: some = 0 } = await into.counts();
    expect(some).toBeLessThan(COUNT);
    expect(cut.receipt.restored).toBeLessThan(COUNT);
    const { receipt, progress } = await until(
      id,
      (restore) => isOver(restore) || restore.receipt.restored > cut.receipt.restored,
    );
    expect(progress).toEqual({ step: 'documents', done: receipt.restored, total: COUNT });
    const done = await until(id, isOver);
    expect(done).toMatchObject({ state: 'DONE', receipt: { restored: COUNT, unchanged: 0 } });
    expect(withoutMoments(await summaries(into))).toEqual(withoutMoments(await summaries(from)));
  });

  test('that is cancelled stops, and what is back stays', { timeout: SLOW_MS }, async () => {
    await open();
    const { id } = await ask();
    await until(id, ({ receipt }) => receipt.restored > 0);
    expect(await parts().cancel(id)).toMatchObject({ state: 'CANCELLED' });
    await until(id, isOver);
    expect((await into.counts())['Document']).toBeLessThan(COUNT);
    await expect(parts().cancel(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    const again = await until((await ask()).id, isOver);
    expect(again.receipt.restored + again.receipt.unchanged).toBe(COUNT);
  });

  test('is embedded anew where another embedder is configured', { timeout: SLOW_MS }, async () => {
    const lexical = createLexicalEmbedder();
    let embedded = 0;
    const embedder: Embedder = {
      ...lexical,
      open: async () => ({ ...(await lexical.open()), fingerprint: 'another' }),
      embed: (texts, kind, signal) => {
        embedded += texts.length;
        return lexical.embed(texts, kind, signal);
      },
    };
    await open({ embedder });
    expect(await until((await ask()).id, isOver)).toMatchObject({ receipt: { restored: COUNT } });
    expect(embedded).toBeGreaterThanOrEqual(COUNT);
    expect(await vectorsOf(into)).toBe(await vectorsOf(from));
  });

  test('leaves alone what was handed over since it was asked for', { timeout: SLOW_MS }, async () => {
    await open();
    const { id } = await ask('REPLACE');
    const newer = ['n-3', 'brand-new'].map((key) => ({
      ...{ key, mediaType: 'text/plain', content: `${key} came while it was restored.` },
    }));
    const { jobId } = await into.ingestion.submit(TENANT, 'letters', newer);
    await into.finished(jobId);
    const done = await until(id, isOver);
    expect(done.receipt).toMatchObject({ restored: COUNT - 1, unchanged: 1, removed: 0 });
    const [found] = await into.vectors.searchKeyword([{ text: 'came while it was restored', limit: 10 }], {
      tenant: TENANT,
      collectionIds: [collectionId(TENANT, 'letters')],
    } as never);
    expect(found?.length).toBeGreaterThanOrEqual(2);
  });

  test('waits for what passes, says so, and ends with what does not', { timeout: SLOW_MS }, async () => {
    await open();
    const { id } = await ask();
    let tries = 0;
    const away = restorer({
      stage: async () => {
        tries += 1;
        throw new Problem('UNAVAILABLE', 'The bucket does not answer.');
      },
    });
    await until(id, ({ problem }) => problem !== null && tries > 1, away);
    expect(await parts().get(id)).toMatchObject({
      state: 'RUNNING',
      problem: 'The bucket does not answer. It is tried again by itself.',
    });
    const full = restorer({
      stage: async () => {
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    });
    expect(await until(id, isOver, full)).toMatchObject({
      state: 'FAILED',
      problem: expect.stringContaining('ENOSPC'),
    });
    expect((await into.counts())['Document']).toBe(0);
    expect(records).toMatchObject([{ outcome: 'FAILED', code: 'CONFLICT' }]);
  });
});

/** Which submission a version came from is the other installation's affair. */
function withoutMoments(all: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { Document: documents, ...others } = all;
  return { ...others, documents: (documents as { readonly count: number }).count };
}
