/**
 * Questions are asked again and again, and embedding one costs a call or a model's run: their vectors are kept. What
 * was asked is not: the key is a hash, of the embedder's fingerprint and the text.
 */

import { createHash } from 'node:crypto';
import type { Cache, Codec } from '../../platform/cache/cache.ts';
import { invariant } from '../../platform/errors.ts';
import type { Embedder } from '../embedder.ts';

/** Changes with the form of what is kept. */
export const QUERY_EMBEDDINGS = 'query-embedding.1';

/** The numbers as they lie in memory, little-endian. */
export const vectorCodec: Codec<Float32Array> = {
  encode: (vector) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64'),
  decode: (text) => {
    const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
    return bytes.length > 0 && bytes.length % Float32Array.BYTES_PER_ELEMENT === 0
      ? new Float32Array(bytes.buffer)
      : null;
  },
};

/** The same embedder; the vectors of queries come from the cache where they can. Opens and closes the cache. */
export function cacheQueries(embedder: Embedder, cache: Cache<Float32Array>): Embedder {
  let fingerprint = '';
  let dimensions = 0;
  const keyOf = (text: string) =>
    createHash('sha256')
      .update(JSON.stringify([fingerprint, text]))
      .digest('base64url');
  const look = async (text: string) => {
    const vector = await cache.get(keyOf(text));
    // A copy: whoever gets it may pass its memory on. Of other dimensions, it is not ours.
    return vector?.length === dimensions ? vector.slice() : null;
  };

  const embedQueries: Embedder['embed'] = async (texts, input, signal) => {
    const known = await Promise.all(texts.map(look));
    const missing = texts.filter((_, at) => known[at] === null);
    const embedded = missing.length === 0 ? [] : await embedder.embed(missing, input, signal);
    for (const [at, text] of missing.entries()) {
      const vector = embedded[at];
      if (vector !== undefined) cache.set(keyOf(text), vector.slice());
    }
    const fresh = embedded.values();
    return known.map((vector) => {
      const found = vector ?? fresh.next().value;
      invariant(found, 'one text gives one vector');
      return found;
    });
  };

  return {
    name: embedder.name,
    semantic: embedder.semantic,
    open: async () => {
      cache.open();
      const identity = await embedder.open();
      ({ fingerprint, dimensions } = identity);
      return identity;
    },
    embed: (texts, input, signal) =>
      input === 'query' ? embedQueries(texts, input, signal) : embedder.embed(texts, input, signal),
    close: async () => {
      cache.close();
      await embedder.close();
    },
  };
}
