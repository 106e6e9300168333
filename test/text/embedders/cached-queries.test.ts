import { expect, test } from 'vitest';
import { type Cache, createCache } from '../../../platform/cache/cache.ts';
import type { Embedder } from '../../../text/embedder.ts';
import { cacheQueries, vectorCodec } from '../../../text/embedders/cached-queries.ts';
import { createLexicalEmbedder } from '../../../text/embedders/lexical.ts';

/** A cache whose keys can be seen. */
function openCache() {
  const keys: string[] = [];
  const inner = createCache<Float32Array>({ name: 'test', codec: vectorCodec, shared: null });
  const cache: Cache<Float32Array> = {
    ...inner,
    set: (key, value) => {
      keys.push(key);
      inner.set(key, value);
    },
  };
  return { cache, keys };
}

/** Really embeds, and notes what it was asked. */
function noted(fingerprint = 'model-1') {
  const asked: string[] = [];
  const lexical = createLexicalEmbedder();
  const embedder: Embedder = {
    ...lexical,
    open: async () => ({ ...(await lexical.open()), fingerprint }),
    embed: (texts, input) => {
      asked.push(...texts.map((text) => `${input}: ${text}`));
      return lexical.embed(texts, input);
    },
  };
  return { embedder, asked };
}

test('a question is embedded once, and its vector is the same each time', async () => {
  const { embedder, asked } = noted();
  const cached = cacheQueries(embedder, openCache().cache);
  await cached.open();
  const fresh = await embedder.embed(['who?', 'what?'], 'query');
  asked.length = 0;
  expect(await cached.embed(['who?'], 'query')).toEqual([fresh[0]]);
  expect(await cached.embed(['what?', 'who?', 'what?'], 'query')).toEqual([fresh[1], fresh[0], fresh[1]]);
  expect(await cached.embed(['who?', 'what?'], 'query')).toEqual(fresh);
  expect(asked).toEqual(['query: who?', 'query: what?', 'query: what?']);
});

test('passages are not kept', async () => {
  const { embedder, asked } = noted();
  const { cache, keys } = openCache();
  const cached = cacheQueries(embedder, cache);
  await cached.open();
  await cached.embed(['a'], 'passage');
  await cached.embed(['a'], 'passage');
  expect(asked).toEqual(['passage: a', 'passage: a']);
  expect(keys).toEqual([]);
});

test('vectors of one embedder are never given for another', async () => {
  const { cache } = openCache();
  const [one, other] = [noted('model-1'), noted('model-2')];
  const [first, second] = [cacheQueries(one.embedder, cache), cacheQueries(other.embedder, cache)];
  await Promise.all([first.open(), second.open()]);
  await first.embed(['who?'], 'query');
  await second.embed(['who?'], 'query');
  expect(other.asked).toEqual(['query: who?']);
});

test('what was asked cannot be read from the keys', async () => {
  const { cache, keys } = openCache();
  const cached = cacheQueries(noted().embedder, cache);
  await cached.open();
  await cached.embed(['secret question'], 'query');
  expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
});

test('whoever changes a vector changes only his own', async () => {
  const cached = cacheQueries(noted().embedder, openCache().cache);
  await cached.open();
  const [before] = await cached.embed(['who?'], 'query');
  const kept = before?.slice();
  const [given] = await cached.embed(['who?'], 'query');
  given?.fill(0);
  before?.fill(0);
  expect(await cached.embed(['who?'], 'query')).toEqual([kept]);
});

test('a vector travels as it is, and what is none is refused', () => {
  const vector = Float32Array.of(0.1, -1, 0, 3e-20);
  expect(vectorCodec.decode(vectorCodec.encode(vector))).toEqual(vector);
  expect(vectorCodec.decode('')).toBeNull();
  expect(vectorCodec.decode('AAA')).toBeNull();
});
