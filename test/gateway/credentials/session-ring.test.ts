/** What a gateway knows of sessions: for three seconds, until told otherwise, and never beyond a change. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSessionRing, type SessionRing } from '../../../gateway/credentials/session-ring.ts';
import type { Principal } from '../../../model/principal.ts';
import { createAnnouncements } from '../../../platform/announcements.ts';
import { Problem } from '../../../platform/errors.ts';
import { silent } from '../harness.ts';

const ofSession = (session: string): Principal => ({
  subject: 'user:ada',
  tenant: 'acme',
  scopes: [],
  session,
});

let open: Set<string>;
let asked: string[][];
let answers: () => Promise<void>;
let ring: SessionRing;
let changes: ReturnType<typeof createAnnouncements>;
beforeEach(() => {
  vi.useFakeTimers();
  open = new Set(['s1', 's2']);
  asked = [];
  answers = async () => undefined;
  changes = createAnnouncements(null);
  ring = createSessionRing({
    changes,
    log: silent,
    ask: async (_, { ids }) => {
      const some = ids as string[];
      asked.push(some);
      const found = some.filter((id) => open.has(id));
      await answers();
      return { data: { openSessions: found } };
    },
  });
});
afterEach(() => {
  ring.close();
  vi.useRealTimers();
});

const verdict = (session: string) =>
  ring.verify(ofSession(session)).then(
    () => 'taken',
    (error: Problem) => error.code,
  );

test('an answer is used for three seconds, and one that is on its way by all who wait', async () => {
  expect(await Promise.all([verdict('s1'), verdict('s1')])).toEqual(['taken', 'taken']);
  expect(await verdict('s1')).toBe('taken');
  expect(asked).toEqual([['s1']]);
  open.delete('s1');
  expect(await verdict('s1')).toBe('taken');
  vi.advanceTimersByTime(3_000);
  expect(await verdict('s1')).toBe('UNAUTHENTICATED');
});

test('one that is not there is asked about again: a restore that is taken back brings it back', async () => {
  open.delete('s1');
  expect(await verdict('s1')).toBe('UNAUTHENTICATED');
  open.add('s1');
  expect(await verdict('s1')).toBe('UNAUTHENTICATED');
  vi.advanceTimersByTime(3_000);
  expect(await verdict('s1')).toBe('taken');
});

test('a token without a session asks nobody', async () => {
  await ring.verify({ subject: 'tester', tenant: 'acme', scopes: [] });
  expect(asked).toEqual([]);
});

describe('what ended is refused at once where that is told', () => {
  test.each([
    ['of a session', 's1', 'taken'],
    ['of all of a user', 'user:ada', 'UNAUTHENTICATED'],
  ])('%s', async (_, told, other) => {
    expect([await verdict('s1'), await verdict('s2')]).toEqual(['taken', 'taken']);
    open = told === 's1' ? new Set(['s2']) : new Set();
    changes.tell(told);
    expect([await verdict('s1'), await verdict('s2')]).toEqual(['UNAUTHENTICATED', other]);
  });

  test('also where it was asked just before', async () => {
    const answer = Promise.withResolvers<void>();
    answers = () => answer.promise;
    const before = verdict('s1');
    open.delete('s1');
    changes.tell('s1');
    answers = async () => undefined;
    answer.resolve();
    expect(await before).toBe('taken');
    expect(await verdict('s1')).toBe('UNAUTHENTICATED');
  });

  test('to who watches it, and to nobody else', async () => {
    const ended: string[] = [];
    ring.watch(ofSession('s1'), () => ended.push('s1'));
    ring.watch(ofSession('s2'), () => ended.push('s2'));
    open.delete('s1');
    changes.tell('user:ada');
    await vi.waitFor(() => expect(ended).toEqual(['s1']));
    open.delete('s2');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(ended).toEqual(['s1', 's2']);
  });
});

describe('where nobody can say', () => {
  test('the token is taken as it is, and nobody is asked again for three seconds', async () => {
    answers = async () => {
      throw new Problem('UNAVAILABLE', 'The admin subgraph cannot be reached.');
    };
    expect([await verdict('s1'), await verdict('s1')]).toEqual(['taken', 'taken']);
    expect(asked).toHaveLength(1);
  });

  test('what is known to have ended is not taken again', async () => {
    open.delete('s1');
    expect(await verdict('s1')).toBe('UNAUTHENTICATED');
    answers = async () => {
      throw new Problem('UNAVAILABLE', 'The admin subgraph cannot be reached.');
    };
    vi.advanceTimersByTime(60_000);
    expect(await verdict('s1')).toBe('UNAUTHENTICATED');
  });

  test('nobody waits for longer than a second', async () => {
    answers = () => new Promise(() => undefined);
    const waiting = verdict('s1');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waiting).toBe('taken');
  });
});
