/** Contents in the order of their keys: small ones are read together, a large one is in memory alone. */

import type { ContentKey, ContentStore } from '../../stores/content/content-store.ts';

/** Read together, each up to so many bytes; what is longer is read again by itself. */
const CONTENTS_AT_ONCE = 64;
const SMALL_BYTES = 128 << 10;

/** Null for what is not there. */
export async function* readContents(
  content: Pick<ContentStore, 'get' | 'getStarts'>,
  keys: readonly ContentKey[],
): AsyncGenerator<readonly [ContentKey, Uint8Array | null]> {
  for (let at = 0; at < keys.length; at += CONTENTS_AT_ONCE) {
    const some = keys.slice(at, at + CONTENTS_AT_ONCE);
    const starts = await content.getStarts(some, SMALL_BYTES);
    for (const [place, key] of some.entries()) {
      const start = starts[place] ?? null;
      const isWhole = start === null || start.length < SMALL_BYTES;
      yield [key, isWhole ? start : ((await content.get([key]))[0] ?? null)];
    }
  }
}
