/** What every content store guarantees, whatever engine is behind it. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../model/ids.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const item = (tenant: string, text: string) => ({
  tenant,
  hash: contentHash(bytes(text)),
  bytes: bytes(text),
});
const text = (found: Uint8Array | null) => (found === null ? null : new TextDecoder().decode(found));

async function* pieces(...parts: readonly string[]) {
  for (const part of parts) yield bytes(part);
}

export interface ContentStoreHarness {
  /** An empty store, not yet open. Calling it again opens the same data. */
  create(): ContentStore;
}

export function describeContentStore(engine: string, setUp: () => Promise<ContentStoreHarness>): void {
  describe(`a content store on ${engine}`, () => {
    let harness: ContentStoreHarness;
    let store: ContentStore;
    beforeEach(async () => {
      harness = await setUp();
      store = harness.create();
      await store.open();
    });
    afterEach(() => store.close());

    test('gives back what was put, in the order asked, and null for what is not there', async () => {
      const [a, b] = [item('t', 'alpha'), item('t', '')];
      await store.put([a, b]);
      const found = await store.get([b, { tenant: 't', hash: 'sha256:none' }, a]);
      expect(found.map(text)).toEqual(['', null, 'alpha']);
    });

    test('keeps equal content once, and apart for each tenant', async () => {
      const mine = item('t', 'alpha');
      await store.put([mine]);
      await store.put([mine]);
      expect(await store.get([{ ...mine, tenant: 'other' }])).toEqual([null]);
      expect(await store.has([mine, { ...mine, hash: `sha256:${'0'.repeat(64)}` }])).toEqual([true, false]);
      expect(await store.delete([mine])).toBe(1);
      expect(await store.has([mine])).toEqual([false]);
      expect(await store.delete([mine])).toBe(0);
      expect(await store.get([mine])).toEqual([null]);
    });

    test('lists a tenant’s contents page by page, with their size and when they were put last', async () => {
      const before = Date.now();
      const items = Array.from({ length: 40 }, (_, at) => item('t', `content ${at}`));
      await store.put([...items, item('other', 'not theirs')]);
      const listed = [];
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<ContentStore['list']>> = await store.list('t', { after, limit: 7 });
        listed.push(...page.contents);
        if (page.next === null) break;
        after = page.next;
      }
      expect(listed.map(({ hash, bytes: size }) => [hash, size])).toEqual(
        items.map(({ hash, bytes: { length } }) => [hash, length]).toSorted(),
      );
      // A file's time may be cut to whole seconds.
      for (const { writtenAt } of listed) expect(writtenAt).toBeGreaterThan(before - 2_000);
      expect(await store.list('nobody', { after: null, limit: 7 })).toEqual({ contents: [], next: null });
    });

    test('keeps it over a restart', async () => {
      const kept = item('t', 'alpha');
      await store.put([kept]);
      await store.close();
      store = harness.create();
      await store.open();
      expect((await store.get([kept])).map(text)).toEqual(['alpha']);
    });

    test('streams large content in, and reads any range of it', async () => {
      const part = '0123456789'.repeat(70_000);
      const whole = part.repeat(4);
      const { hash, bytes: size } = await store.putStream('t', pieces(part, part, '', part, part), {
        maxBytes: 1e7,
      });
      expect({ hash, size }).toEqual({ hash: contentHash(bytes(whole)), size: whole.length });
      const key = { tenant: 't', hash };
      expect(text(await store.getRange(key, 999_990, 1_000_020))).toBe(whole.slice(999_990, 1_000_020));
      expect(text(await store.getRange(key, whole.length - 5, whole.length + 5))).toBe('56789');
      expect(text((await store.get([key]))[0] ?? null)).toBe(whole);
    });

    test('gives the beginnings of several in the order asked, and all of what is shorter', async () => {
      const [long, short] = [bytes('0123456789'), bytes('abc')];
      const keyOf = (of: Uint8Array) => ({ tenant: 't', hash: contentHash(of) });
      await store.put([long, short].map((of) => ({ ...keyOf(of), bytes: of })));
      const keys = [keyOf(short), keyOf(bytes('is not there')), keyOf(long)];
      const starts = await store.getStarts(keys, 4);
      expect(starts.map((start) => (start === null ? null : text(start)))).toEqual(['abc', null, '0123']);
      expect(await store.getStarts([], 4)).toEqual([]);
    });

    test('refuses a stream beyond its bound and keeps nothing of it', async () => {
      await expect(store.putStream('t', pieces('12345', '6'), { maxBytes: 5 })).rejects.toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
      });
      expect(await store.get([item('t', '123456'), item('t', '12345')])).toEqual([null, null]);
    });

    test('answers UNAVAILABLE once it is closed, however often', async () => {
      await store.close();
      await store.close();
      await expect(store.get([item('t', 'a')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await store.health()).toMatchObject({ name: 'content', state: 'DOWN' });
    });
  });
}
