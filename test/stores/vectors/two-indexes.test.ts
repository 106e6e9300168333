/** Real indexes in folders, and a record of their names that is read as slowly as a test wants. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../../platform/log.ts';
import { openIndexFolder } from '../../../stores/vectors/embedded/index-folder.ts';
import { createTwoIndexes, type IndexPlaces, type TwoIndexes } from '../../../stores/vectors/two-indexes.ts';

const IDENTITY = { fingerprint: 'one', dimensions: 3 };
const OTHER = { fingerprint: 'other', dimensions: 3 };
const FIRST = 'index-1';

let directory: string;
let indexes: TwoIndexes;
let kept: IndexPlaces;
/** What a look that has read the record waits for, before it goes on with what it read. */
let held: Promise<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trellis-two-indexes-'));
  kept = { live: FIRST, beside: null };
  held = Promise.resolve();
  indexes = createTwoIndexes({
    placesKeptMs: Number.POSITIVE_INFINITY,
    start: async () => undefined,
    places: async () => {
      const [read, until] = [kept, held];
      await until;
      return read;
    },
    setPlaces: async (places) => {
      kept = places;
    },
    makeIndex: async () => undefined,
    openIndex: (name, embedder) =>
      openIndexFolder(join(directory, name), embedder, createLog({ level: 'silent' })),
    removeIndex: (name) => rm(join(directory, name), { recursive: true, force: true }),
    nameOf: (number) => `index-${number}`,
    close: async () => undefined,
  });
  await indexes.open(IDENTITY);
});
afterEach(async () => {
  await indexes.close();
  await rm(directory, { recursive: true, force: true });
});

/** A look that has read the record as it is now; `end` has it go on. */
function beginLook() {
  const { promise, resolve } = Promise.withResolvers<void>();
  held = promise;
  const found = indexes.indexes();
  held = Promise.resolve();
  return {
    end: async () => {
      resolve();
      const { live, beside } = await found;
      return [live.name, beside?.name];
    },
  };
}

test('a look that was under way while they changed places does not have the former one answer again', async () => {
  const { name } = await indexes.prepareIndex(OTHER);
  const look = beginLook();
  await indexes.switchTo(name);
  expect(await look.end()).toEqual([name, FIRST]);
  expect(await indexes.current()).toEqual({ name, embedder: OTHER });
});

test('a look that was under way while one was made beside does not close it', async () => {
  const look = beginLook();
  const { name } = await indexes.prepareIndex(OTHER);
  const asked = indexes.size(name);
  expect(await look.end()).toEqual([FIRST, name]);
  expect(await asked).toEqual({ chunks: 0, vectors: 0 });
  expect(await indexes.revision(name)).toBe(0);
});

test('of two looks the one that began later counts, whichever ends first', async () => {
  const { name } = await indexes.prepareIndex(OTHER);
  const look = beginLook();
  // By another process.
  kept = { live: name, beside: FIRST };
  expect((await indexes.indexes()).live.name).toBe(name);
  expect(await look.end()).toEqual([name, FIRST]);
  expect((await indexes.current()).name).toBe(name);
});
