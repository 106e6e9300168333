/** How much of documents is in memory at once: what does not fit waits, and nobody waits forever. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { createParseRoom, roomFor } from '../../ingestion/parse-room.ts';
import { openRooms, type Rooms, TENANT } from './harness.ts';

vi.setConfig({ testTimeout: 120_000 });

describe('a room', () => {
  const signal = new AbortController().signal;
  /** Places that have asked for so much, in this order, with those that have it. */
  async function asked(bytesMax: number, sizes: readonly number[]) {
    const room = createParseRoom(bytesMax);
    const have = new Set<number>();
    const places = sizes.map((bytes, at) => {
      const place = room.place();
      const taken = place.take(bytes, signal).then(() => void have.add(at));
      return { ...place, taken };
    });
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    return { places, have, settled };
  }

  test('lets in what fits, in the order in which it came, and a small one past no large one', async () => {
    const { places, have, settled } = await asked(8_000_000, [5_000_000, 4_000_000, 1_000_000]);
    expect([...have]).toEqual([0]);
    places[0]?.leave();
    await settled();
    expect([...have]).toEqual([0, 1, 2]);
  });

  test('lets in alone what is larger than itself', async () => {
    const { places, have, settled } = await asked(8_000_000, [1, 32_000_000, 1]);
    expect([...have]).toEqual([0]);
    places[0]?.leave();
    await settled();
    expect([...have]).toEqual([0, 1]);
    places[1]?.leave();
    await settled();
    expect([...have]).toEqual([0, 1, 2]);
  });

  test('is given back once, also by who leaves while it waits, and taken once by who asks again', async () => {
    const { places, have, settled } = await asked(2_000, [2_000, 2_000, 2_000]);
    await places[0]?.take(2_000, signal);
    places[1]?.leave();
    places[0]?.leave();
    places[0]?.leave();
    await settled();
    expect(have.has(2)).toBe(true);
    const { have: others } = await asked(2_000, [1_000, 1_000, 1_000]);
    expect([...others]).toEqual([0, 1]);
  });

  test('is of no use to whom nobody waits for any more', async () => {
    const place = createParseRoom().place();
    await expect(place.take(1, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  });

  test('is weighed by bytes, and by more where a format is packed', () => {
    expect(roomFor('text/plain', 1_000)).toBe(1_000);
    expect(roomFor('application/pdf', 1_000)).toBe(4_000);
  });
});

describe('a worker', () => {
  let rooms: Rooms;
  afterEach(() => rooms.close());

  /** Some hundred sentences that differ. */
  const document = (name: string) =>
    Array.from(
      { length: 300 },
      (_, at) => `${name} met Bob of Zanzibar in ${1_000 + at}, and wrote to Carl.`,
    ).join('\n');

  /** How many reads were begun, and how many of them are not written yet; the first waits until it is told. */
  async function workOn(parseBytesMax: number) {
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    const begun: string[] = [];
    let contents = 0;
    rooms = await openRooms({
      parseBytesMax,
      wrapContent: (content) => ({
        ...content,
        get: async (keys) => {
          const found = await content.get(keys);
          contents += 1;
          return found;
        },
      }),
      wrapAnalysis: (analysis) => ({
        ...analysis,
        understand: async (documents) => {
          begun.push(documents[0]?.key ?? '');
          if (begun.length === 1) await told;
          return analysis.understand(documents);
        },
      }),
    });
    const submit = (key: string) =>
      rooms.ingestion.submit(TENANT, 'letters', [{ key, content: document(key), mediaType: 'text/plain' }]);
    const jobs = [await submit('Ada'), await submit('Eve')];
    await expect.poll(() => contents, { timeout: 60_000 }).toBe(2);
    // Whatever the second would do next without waiting, it has done when the graph has answered so often.
    for (let look = 0; look < 50; look++) await rooms.counts();
    return { begun, tell, jobs };
  }

  test('reads no second document where two do not fit, and reads it once the first is written', async () => {
    const { begun, tell, jobs } = await workOn(document('Ada').length + 5_000);
    expect(begun).toHaveLength(1);
    tell();
    for (const { jobId } of jobs) expect((await rooms.finished(jobId)).state).toBe('SUCCEEDED');
    expect(begun.toSorted()).toEqual(['Ada', 'Eve']);
  });

  test('reads both at once where they fit', async () => {
    const { begun, tell, jobs } = await workOn(2 * document('Ada').length + 5_000);
    expect(begun).toHaveLength(2);
    tell();
    for (const { jobId } of jobs) expect((await rooms.finished(jobId)).state).toBe('SUCCEEDED');
  });
});
