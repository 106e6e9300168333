import { describe, expect, test } from 'vitest';
import { createOpenCalls } from '../../subgraphs/open-calls.ts';

const inTenSeconds = () => ({ deadline: Date.now() + 10_000 });

describe('closing', () => {
  test('is done at once when nothing is open, also when it is asked twice', async () => {
    const calls = createOpenCalls('documents');
    calls.begin(inTenSeconds(), 'once').release();
    await Promise.all([calls.close(), calls.close()]);
  });

  test('ends what is live, and waits for what has one result', async () => {
    const calls = createOpenCalls('documents');
    const [once, live] = [calls.begin(inTenSeconds(), 'once'), calls.begin(inTenSeconds(), 'live')];
    let isClosed = false;
    const closed = calls.close().then(() => {
      isClosed = true;
    });
    expect([once.signal.aborted, live.signal.aborted]).toEqual([false, true]);
    live.release();
    await Promise.resolve();
    expect(isClosed).toBe(false);
    once.release();
    await closed;
  });

  test('cuts off what is still open after the drain time', async () => {
    const calls = createOpenCalls('documents', { drainMs: 10 });
    const call = calls.begin({ deadline: Number.MAX_SAFE_INTEGER }, 'once');
    call.signal.addEventListener('abort', () => call.release());
    await calls.close();
    expect(call.signal.reason).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
  });

  test('tells whoever reads a live result that it may be asked for again', async () => {
    const calls = createOpenCalls('documents');
    const live = calls.begin(inTenSeconds(), 'live');
    live.signal.addEventListener('abort', () => live.release());
    await calls.close();
    expect(live.signal.reason).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
  });

  test('refuses what comes later, and says that it may be tried again', async () => {
    const calls = createOpenCalls('documents');
    await calls.close();
    expect(() => calls.begin(inTenSeconds(), 'once')).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE', retryAfterMs: 1_000 }),
    );
  });
});

describe('a call', () => {
  test('ends with its caller', () => {
    const leaving = new AbortController();
    const call = createOpenCalls('documents').begin({ ...inTenSeconds(), signal: leaving.signal }, 'once');
    leaving.abort();
    expect(call.signal.aborted).toBe(true);
    call.release();
  });
});
