import { describe, expect, test } from 'vitest';
import { createTurns } from '../../retrieval/turns.ts';

const { signal } = new AbortController();

/** Searches that end when they are told to. */
function createSearches() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    end: (name: string) => ends.get(name)?.(),
    work: (name: string) => () => {
      started.push(name);
      const { promise, resolve } = Promise.withResolvers<string>();
      ends.set(name, () => resolve(name));
      return promise;
    },
  };
}

const settle = () => new Promise(setImmediate);

describe('turns', () => {
  test('a tenant that asks for too much waits, then is refused, and says when to come again', async () => {
    const turns = createTurns({ runningMax: 3, runningOfTenantMax: 2, waitingOfTenantMax: 1 });
    const { started, end, work } = createSearches();
    const take = (name: string) => turns.take('loud', signal, work(name));
    const first = take('a');
    const others = [take('b'), take('c')];
    await expect(take('d')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterMs: 2_000 });
    expect(started).toEqual(['a', 'b']);
    end('a');
    await first;
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    end('b');
    end('c');
    expect(await Promise.all(others)).toEqual(['b', 'c']);
  });

  test('another tenant has its turn beside it', async () => {
    const turns = createTurns({ runningMax: 3, runningOfTenantMax: 2, waitingOfTenantMax: 9 });
    const { started, end, work } = createSearches();
    const loud = ['a', 'b', 'c', 'd'].map((name) => turns.take('loud', signal, work(name)));
    const quiet = turns.take('quiet', signal, work('q'));
    await settle();
    expect(started).toEqual(['a', 'b', 'q']);
    for (const name of ['a', 'b', 'q']) end(name);
    await quiet;
    await settle();
    expect(started).toEqual(['a', 'b', 'q', 'c', 'd']);
    for (const name of ['c', 'd']) end(name);
    await Promise.all(loud);
  });

  test('a search whose client has gone does not start', async () => {
    const turns = createTurns({ runningMax: 1, runningOfTenantMax: 1, waitingOfTenantMax: 9 });
    const { started, end, work } = createSearches();
    const gone = new AbortController();
    const first = turns.take('one', signal, work('a'));
    const second = turns.take('one', gone.signal, work('b'));
    gone.abort();
    end('a');
    await first;
    await expect(second).rejects.toThrow();
    expect(started).toEqual(['a']);
  });

  test('a search that fails gives its place back', async () => {
    const turns = createTurns({ runningMax: 1, runningOfTenantMax: 1, waitingOfTenantMax: 0 });
    await expect(turns.take('one', signal, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    await expect(turns.take('one', signal, async () => 'fine')).resolves.toBe('fine');
  });
});
