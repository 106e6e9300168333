import { describe, expect, test } from 'vitest';
import { latestOf } from '../../../gateway/live/latest.ts';
import { createLiveStream } from '../../../gateway/live/live-stream.ts';
import { createOpenStreams } from '../../../gateway/live/open-streams.ts';

const tick = () => new Promise(setImmediate);

describe('a reader that is behind', () => {
  test('gets the latest state, and always the last one', async () => {
    const source = (async function* () {
      for (let state = 1; state <= 100; state++) yield state;
    })();
    const seen: number[] = [];
    for await (const state of latestOf(source)) {
      seen.push(state);
      await tick();
    }
    expect(seen.length).toBeLessThan(100);
    expect(seen.at(-1)).toBe(100);
  });

  test('hears of a failure after the state before it', async () => {
    const source = (async function* () {
      yield 1;
      throw new Error('broken');
    })();
    const seen: number[] = [];
    const read = async () => {
      for await (const state of latestOf(source)) seen.push(state);
    };
    await expect(read()).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
  });
});

describe('a stream', () => {
  const silent = () => new Promise<IteratorResult<number>>(() => undefined);

  test('whose reader leaves ends at once, though its source is silent', async () => {
    let closed = 0;
    const { values } = createLiveStream({ next: silent, close: () => (closed += 1) });
    const waiting = values.next();
    await values.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await values.next()).toEqual({ done: true, value: undefined });
    expect(closed).toBe(1);
  });

  test('that is ended from outside still says its last word', async () => {
    const { values, end } = createLiveStream({ next: silent, close: () => undefined });
    const waiting = values.next();
    end(7);
    end(8);
    expect(await waiting).toEqual({ done: false, value: 7 });
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });

  test('asks its source for a value only when the one before was taken', async () => {
    let asked = 0;
    const { values } = createLiveStream({
      next: async () => {
        asked += 1;
        return { done: false as const, value: asked };
      },
      close: () => undefined,
    });
    await values.next();
    await tick();
    expect(asked).toBe(1);
  });
});

describe('places for streams', () => {
  test('are bounded for a tenant over all its connections, and given back once', () => {
    const streams = createOpenStreams();
    const release = Array.from({ length: 200 }, () => streams.claim('acme', {}));
    expect(() => streams.claim('acme', {})).toThrow(
      'This tenant has 200 subscriptions open, which is the limit.',
    );
    expect(() => streams.claim('other', {})).not.toThrow();
    release[0]?.();
    release[0]?.();
    expect(() => streams.claim('acme', {})).not.toThrow();
    expect(() => streams.claim('acme', {})).toThrow('limit');
  });
});
