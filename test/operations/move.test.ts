import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFiles } from '../../cli/files.ts';
import { type MoveProgress, moveInstallation } from '../../operations/move/move.ts';
import { createLog } from '../../platform/log.ts';
import { createRetrieval } from '../../retrieval/retrieval.ts';
import { statement } from '../../stores/graph/graph-store.ts';
import { INDEXES } from '../../stores/graph/statements/schema.ts';
import { CARRIED_LABELS } from '../../stores/graph/statements/transfer.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { createEmbedders } from '../../text/embedders.ts';
import { openRooms, type Rooms, TENANT } from '../ingestion/harness.ts';

let from: Rooms;
let to: Rooms;

beforeEach(async () => {
  from = await openRooms();
  to = await openRooms({ startWorker: false });
  const files = await findFiles([join(import.meta.dirname, '../../samples/documents')]);
  const documents = await Promise.all(
    files.slice(0, 20).map(async ({ path, mediaType }) => ({
      key: path,
      mediaType,
      content: await readFile(path, 'utf8'),
    })),
  );
  const { jobId } = await from.ingestion.submit(TENANT, 'samples', documents);
  await from.finished(jobId);
});
afterEach(async () => {
  await Promise.all([from.close(), to.close()]);
});

const move = (
  onProgress: (progress: MoveProgress) => void = () => undefined,
  { name = 'the samples', signal = new AbortController().signal } = {},
) => moveInstallation({ name, from, to, signal, onProgress });

const QUESTIONS = ['Who designed Colossus?', 'PageRank', 'the adviser of Alan Turing', 'random graphs'];

async function answers({ graph, vectors }: Rooms): Promise<unknown> {
  const retrieval = createRetrieval({
    graph,
    vectors,
    embedders: createEmbedders(createLexicalEmbedder()),
    languageModel: null,
    log: createLog({ level: 'silent' }),
  });
  return Promise.all(
    QUESTIONS.map(async (query) => {
      const { hits, seedIds, degraded } = await retrieval.search(
        { tenant: TENANT, query, first: 20 },
        new AbortController().signal,
      );
      return { hits: hits.map((hit) => ({ ...hit, path: hit.path() })), seedIds, degraded };
    }),
  );
}

test('every label is either carried or of one installation only', () => {
  const ofOneInstallation = ['Consistency', 'Lease', 'Move', 'Reembedding', 'Restore'];
  expect([...CARRIED_LABELS, ...ofOneInstallation].toSorted()).toEqual(Object.keys(INDEXES).toSorted());
});

describe('a move', () => {
  test('carries everything: the other side holds the same and answers the same', async () => {
    const report = await move();
    expect(report).toMatchObject({ resumed: false, differences: [] });
    expect(report.nodes.Chunk).toBeGreaterThan(0);
    expect(await to.counts()).toEqual(await from.counts());
    expect(await answers(to)).toEqual(await answers(from));
    expect(await to.vectors.revision()).toBe(await from.vectors.revision());
  });

  test('goes on where it was cut off, at whatever step that was', async () => {
    for (let stop = 1; ; stop += 3) {
      const cut = new AbortController();
      let seen = 0;
      const report = await move(() => ++seen >= stop && cut.abort(), { signal: cut.signal }).catch(
        (error: unknown) => {
          if (!cut.signal.aborted) throw error;
          return null;
        },
      );
      if (report === null) continue;
      expect(report).toMatchObject({ resumed: true, differences: [] });
      break;
    }
    expect(await answers(to)).toEqual(await answers(from));
  });

  test('that is finished only compares again', async () => {
    await move();
    const steps = new Set<string>();
    expect(await move(({ step }) => steps.add(step))).toMatchObject({ resumed: true, differences: [] });
    expect([...steps]).toEqual(['comparing']);
  });

  test('into what holds data of its own is refused', async () => {
    await to.ingestion.createCollection(TENANT, 'mine', null);
    await expect(move()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('holds 1 Collection nodes already'),
    });
  });

  test('of another source is refused where one is under way', async () => {
    await move();
    await expect(move(undefined, { name: 'another' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('is refused when the source changes under it', async () => {
    const written: Promise<unknown>[] = [];
    const moving = move(({ step }) => {
      if (step === 'NAMES' && written.length === 0)
        written.push(from.ingestion.createCollection(TENANT, 'late', null));
    });
    await expect(moving).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('written to since'),
    });
  });

  test('says what differs', async () => {
    await move();
    const change = 'MATCH (c:Chunk) WITH c ORDER BY c.id LIMIT 1 SET c.text = $text';
    await to.graph.write([statement('test.change', change, { text: 'something else' }, (row) => row)]);
    const { differences } = await move();
    expect(differences.map(({ what, from, to }) => [what, from.count - to.count])).toEqual([['Chunk', 0]]);
  });
});
