import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import { createEmbeddedVectorStore } from '../../../../stores/vectors/embedded/embedded-vector-store.ts';
import type { ScoredChunk, VectorStore } from '../../../../stores/vectors/vector-store.ts';
import { createLexicalEmbedder } from '../../../../text/embedders/lexical.ts';
import { runScript } from '../../../failures/run-script.ts';
import { changeNumber, IDENTITY, idsAfter, TENANT } from './crash-changes.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 6);

/** Lets a process apply changes from `from` on and kills it in the middle of one; gives the last that was applied. */
async function applyUntilKilled(directory: string, from: number, round: number): Promise<number> {
  let applied = from - 1;
  const writer = join(import.meta.dirname, 'crash-writer.ts');
  await runScript(writer, [directory, String(from)], (line, kill) => {
    if (line !== 'open') applied = Number(line);
    // Another moment of the next change in every round: it takes some ten milliseconds.
    if (applied >= from + 3) setTimeout(kill, (round * 7) % 29);
  });
  return applied;
}

async function contents(store: VectorStore) {
  const boundary = { tenant: TENANT };
  const [vector = new Float32Array()] = await createLexicalEmbedder().embed(['common'], 'query');
  const [words = []] = await store.searchKeyword([{ text: 'common', limit: 1_000 }], boundary);
  const [near = []] = await store.searchDense([{ vector, limit: 1_000 }], boundary);
  const ids = (hits: readonly ScoredChunk[]) => hits.map(({ chunkId }) => chunkId).toSorted();
  return { words: ids(words), near: ids(near) };
}

test(`indexes lose nothing applied in ${ROUNDS} kills, and applying again mends what was under way`, {
  timeout: 120_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-vector-crash-'));
  let next = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const applied = await applyUntilKilled(directory, next, round);
    const store = createEmbeddedVectorStore({ directory, log: createLog({ level: 'silent' }) });
    await store.open(IDENTITY);

    const after = await contents(store);
    const touched = await changeNumber(applied + 1);
    const touchedIds = new Set(touched.chunks?.map(({ chunkId }) => chunkId));
    const untouched = idsAfter(applied).filter(
      (id) =>
        !touchedIds.has(id) &&
        !touched.removeDocumentIds?.some((gone) => id.startsWith(`chunk-${gone.slice(9)}-`)),
    );
    expect(after.words).toEqual(expect.arrayContaining([...untouched]));
    expect(after.near).toEqual(expect.arrayContaining([...untouched]));

    await store.apply([touched]);
    expect(await contents(store)).toEqual({ words: idsAfter(applied + 1), near: idsAfter(applied + 1) });
    const [[rewritten] = []] = await store.searchKeyword([{ text: `again${applied}`, limit: 5 }], {
      tenant: TENANT,
    });
    expect(rewritten?.chunkId).toBe(`chunk-${applied}-0`);
    await store.close();
    next = applied + 2;
  }
});
