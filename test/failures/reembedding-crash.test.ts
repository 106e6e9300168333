/** Re-embedding killed again and again: what answers is always one whole index, and little is embedded twice. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';
import { testModel, wrongVectors } from '../ingestion/reembedding-harness.ts';
import { runScript } from './run-script.ts';

const DOCUMENTS = 600;
/** The index is filled in pages of 32 documents, so that each kill may cost one page. */
const PAGE = 32;
/** A kill comes behind so many answers of the model. */
const ANSWERS = [1, 3, 5];

const lexical = createLexicalEmbedder();
const model = testModel('model');
const SCRIPT = join(import.meta.dirname, 'reembedding-process.ts');

/** Gives how many texts were embedded, and whether it came to its end. */
async function reembed(directory: string, killBehind: number) {
  let [answers, texts, isOver] = [0, 0, false];
  await runScript(SCRIPT, [directory], (line, kill) => {
    if (line === 'switched') isOver = true;
    else {
      texts += Number(line);
      answers += 1;
      if (answers === killBehind) kill();
    }
  });
  return { texts, isOver };
}

test(`re-embedding killed ${ANSWERS.length} times goes on where it was, and no search sees half an index`, {
  timeout: 300_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-reembedding-crash-'));
  const first = await openRooms({ directory });
  const documents = Array.from({ length: DOCUMENTS }, (_, at) => ({
    key: `k${at}`,
    content: `Zanzibar lies at ${at} degrees.`,
  }));
  await first.finished((await first.ingestion.submit(TENANT, 'crash', documents)).jobId);
  await first.close();

  let embedded = 0;
  for (const killBehind of ANSWERS) {
    const { texts, isOver } = await reembed(directory, killBehind);
    expect(isOver).toBe(false);
    embedded += texts;
    const left = await openRooms({
      directory,
      embedder: model,
      otherEmbedders: [lexical],
      startWorker: false,
    });
    const { live, beside } = await left.vectors.indexes();
    expect([live.embedder?.fingerprint, beside?.embedder?.fingerprint]).toEqual(['lexical-v1', 'model']);
    expect(await wrongVectors(left, lexical)).toEqual([]);
    await left.close();
  }
  const last = await reembed(directory, Number.POSITIVE_INFINITY);
  expect(last.isOver).toBe(true);
  embedded += last.texts;
  expect(embedded).toBeGreaterThanOrEqual(DOCUMENTS);
  expect(embedded).toBeLessThanOrEqual(DOCUMENTS + ANSWERS.length * 2 * PAGE);

  const rooms = await openRooms({ directory, embedder: model, otherEmbedders: [lexical] });
  expect((await rooms.vectors.indexes()).live.embedder?.fingerprint).toBe('model');
  expect(await wrongVectors(rooms, model)).toEqual([]);
  const [hits = []] = await rooms.vectors.searchKeyword([{ text: 'zanzibar', limit: 1_000 }], {
    tenant: TENANT,
  });
  expect(hits).toHaveLength(DOCUMENTS);
  await rooms.close();
  await rm(directory, { recursive: true, force: true });
});
