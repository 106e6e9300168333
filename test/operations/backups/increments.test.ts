/** What a small change has written anew: as many parts as it lies in, and not more the more there is. */

import { hash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collectionId } from '../../../model/ids.ts';
import { TENANT } from '../../ingestion/harness.ts';
import { type Desk, openDesk } from './harness.ts';

const DOCUMENTS = 80;
const WORDS = 1_500;
/** Those of which there is much. */
const KINDS = ['contents', 'chunks', 'vectors'];

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
  await ingest(Array.from({ length: DOCUMENTS }, (_, at) => documentOf(at)));
}, 120_000);
afterEach(() => desk.close());

/** Words that no other has, so that nothing is small by having been there before. */
function documentOf(at: number, version = 0) {
  const words = Array.from({ length: WORDS }, (_, place) =>
    hash('sha256', `${at} ${version} ${place}`, 'hex').slice(0, 8),
  );
  return { key: `document-${at}`, content: `Anna Berg${at} met Carl Dorn${at % 9}. ${words.join(' ')}.` };
}

async function ingest(documents: readonly ReturnType<typeof documentOf>[]): Promise<void> {
  const { jobId } = await desk.rooms.ingestion.submit(TENANT, 'notes', [...documents]);
  await desk.rooms.finished(jobId);
}

/** Parts of the kinds of which there is much: all, and those that this set has written. */
async function partsOf(id: string) {
  const { manifest } = await desk.sets.open(id);
  const parts = manifest.parts.filter(({ kind }) => KINDS.includes(kind));
  return { all: parts.length, written: parts.filter(({ name }) => name.includes(id)).length };
}

async function afterChange(change: () => Promise<void>) {
  const before = await partsOf((await desk.backUp()).id);
  expect(before.written).toBe(before.all);
  expect(before.all).toBeGreaterThan(20);
  await change();
  return partsOf((await desk.backUp()).id);
}

test('documents that came lie behind the others: the last part of each kind is written again, and one more', async () => {
  const { written } = await afterChange(() => ingest([documentOf(DOCUMENTS), documentOf(DOCUMENTS + 1)]));
  expect(written).toBeLessThanOrEqual(2 * KINDS.length);
}, 120_000);

test('a document that was replaced has the parts written again that it was in, and the last', async () => {
  const { written } = await afterChange(() => ingest([documentOf(DOCUMENTS / 2, 1)]));
  expect(written).toBeLessThanOrEqual(3 * KINDS.length);
}, 120_000);

test('documents that were deleted have the parts written again that they were in', async () => {
  const { written } = await afterChange(async () => {
    const doomed = { ids: [], keys: ['document-7'], collectionId: collectionId(TENANT, 'notes') };
    await desk.rooms.ingestion.delete(TENANT, doomed);
  });
  expect(written).toBeLessThanOrEqual(2 * KINDS.length);
}, 120_000);
