/**
 * Runs pieces through a transforming stream without ever destroying it. The encryption library's streams throw where
 * nobody can catch it when they are destroyed before their end, which would take the process along; what holds nothing
 * but memory can be dropped as well.
 */

import { once } from 'node:events';
import type { Duplex } from 'node:stream';

/** Ends when the stream does; fails as the pieces or the stream fail. Holds what one piece became, and no more. */
export async function* pumped(pieces: AsyncIterable<Uint8Array>, stream: Duplex): AsyncIterable<Uint8Array> {
  const ready: Uint8Array[] = [];
  let failure: { readonly error: unknown } | null = null;
  stream.on('data', (piece: Uint8Array) => ready.push(piece));
  stream.on('error', (error: unknown) => {
    failure ??= { error };
  });
  const ended = once(stream, 'end');
  // Whoever waits for it hears of the failure; until then nobody may.
  ended.catch(() => undefined);
  const check = () => {
    if (failure !== null) throw failure.error;
  };
  for await (const piece of pieces) {
    check();
    if (!stream.write(piece)) await once(stream, 'drain');
    check();
    yield* ready.splice(0);
  }
  check();
  stream.end();
  await ended;
  yield* ready.splice(0);
}
