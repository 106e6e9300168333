/** What a gateway remembers of keys, and for how long: the source is counted, the clock is ours. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createKeyRing, type KeyRing } from '../../../gateway/credentials/key-ring.ts';
import type { KeySource } from '../../../gateway/credentials/key-source.ts';
import type { ApiKeyGrant, ApiKeyRefusal } from '../../../model/api-key.ts';
import { type Announcements, createAnnouncements } from '../../../platform/announcements.ts';
import { makeApiKey, readApiKey } from '../../../platform/auth/api-key.ts';
import { Problem } from '../../../platform/errors.ts';
import { createLog } from '../../../platform/log.ts';

const log = createLog({ level: 'silent' });
const text = makeApiKey('LIVE');
const { id } = readApiKey(text);

let asked: number;
let refusal: ApiKeyRefusal | null;
let expiresAt: string | null;
let isAway: boolean;
/** Holds an answer back while it is set. */
let held: Promise<void> | null;
let uses: { readonly id: string }[];
let changes: Announcements;
let ring: KeyRing;

const grant = (): ApiKeyGrant => ({
  id,
  tenant: 'acme',
  refusal,
  scopes: ['documents:read'],
  collections: null,
  limits: { requestsPerMinute: null, costPerMinute: null },
  expiresAt,
});
const source: KeySource = {
  grants: async (keys) => {
    asked += 1;
    if (isAway) throw new Problem('UNAVAILABLE', 'The admin subgraph is away.');
    const answer = keys.map((key) => (key.id === id ? grant() : null));
    await held;
    return answer;
  },
  noteUses: async (told) => void uses.push(...told),
};

beforeEach(() => {
  vi.useFakeTimers();
  [asked, refusal, expiresAt, isAway, held, uses] = [0, null, null, false, null, []];
  changes = createAnnouncements(null);
  ring = createKeyRing({ source, changes, development: false, log });
});
afterEach(async () => {
  await ring.close();
  vi.useRealTimers();
});

describe('a key', () => {
  test('is asked about once in three seconds, however often and at once it is shown', async () => {
    await Promise.all([ring.verify(text), ring.verify(text), ring.verify(text)]);
    await ring.verify(text);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(3_100);
    await ring.verify(text);
    expect(asked).toBe(2);
  });

  test('that is revoked where nobody tells of it is taken for three seconds more', async () => {
    await ring.verify(text);
    refusal = 'REVOKED';
    await vi.advanceTimersByTimeAsync(2_900);
    await ring.verify(text);
    await vi.advanceTimersByTimeAsync(200);
    await expect(ring.verify(text)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: /was revoked/,
    });
  });

  test('that is said to have changed is asked about at once', async () => {
    await ring.verify(text);
    refusal = 'REVOKED';
    changes.tell(id);
    await expect(ring.verify(text)).rejects.toThrow(/was revoked/);
  });

  test('that changes while it is asked about is not remembered as it was', async () => {
    const hold = Promise.withResolvers<void>();
    held = hold.promise;
    const first = ring.verify(text);
    refusal = 'REVOKED';
    changes.tell(id);
    held = null;
    hold.resolve();
    await first;
    await expect(ring.verify(text)).rejects.toThrow(/was revoked/);
  });

  test('that ends while it is remembered is not taken beyond its end', async () => {
    expiresAt = new Date(Date.now() + 1_000).toISOString();
    await ring.verify(text);
    await vi.advanceTimersByTimeAsync(1_001);
    await expect(ring.verify(text)).rejects.toThrow(/has expired/);
    expect(asked).toBe(1);
  });

  test('is not taken on trust where nobody can say', async () => {
    isAway = true;
    await expect(ring.verify(text)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    isAway = false;
    await expect(ring.verify(text)).resolves.toMatchObject({ id });
  });

  test('for tests is refused in production, without asking', async () => {
    await expect(ring.verify(makeApiKey('TEST'))).rejects.toThrow(/servers in development/);
    expect(asked).toBe(0);
  });

  test('is noted as used, once in a while', async () => {
    for (let at = 0; at < 5; at++) await ring.verify(text);
    expect(uses).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(uses).toMatchObject([{ id }]);
  });
});

describe('whoever watches a key', () => {
  test('hears at once of an end that is told, and within three seconds of one that is not', async () => {
    const ended: string[] = [];
    ring.watch(text, () => ended.push('told'));
    changes.tell(id);
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toEqual([]);
    refusal = 'REVOKED';
    changes.tell(id);
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toEqual(['told']);
    ring.watch(text, () => ended.push('untold'));
    const forget = ring.watch(text, () => ended.push('forgotten'));
    forget();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(ended).toEqual(['told', 'untold']);
  });

  test('costs one question for a key, however many do, and questions that are not too long', async () => {
    for (let at = 0; at < 10; at++) ring.watch(text, () => undefined);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toBe(1);
    const ended: number[] = [];
    for (let at = 0; at < 1_500; at++) ring.watch(makeApiKey('LIVE'), () => ended.push(at));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toBe(3);
    expect(ended.length).toBe(1_500);
  });

  test('is not cut off because nobody can say', async () => {
    const ended: string[] = [];
    ring.watch(text, () => ended.push('ended'));
    isAway = true;
    await vi.advanceTimersByTimeAsync(9_000);
    expect(ended).toEqual([]);
  });
});
