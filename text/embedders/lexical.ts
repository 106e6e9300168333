/**
 * The embedder that needs nothing: words and their character n-grams hashed into a fixed number of dimensions
 * (the hashing trick with signs, Weinberger et al., 2009). Near vectors mean near spelling, so it forgives typos
 * and inflection; it knows nothing of meaning, and fusion is told so.
 */

import type { Embedder } from '../embedder.ts';
import { STOP_WORDS } from '../stop-words.ts';
import { toUnitLength } from './unit-length.ts';

const DIMENSIONS = 256;
/** Longer texts say nothing more to a hash, in characters. */
const TEXT_CHARS_MAX = 8_000;
const NGRAM_CHARS = 5;
/** Accents of Latin, Greek and Cyrillic; marks of other scripts change the word and stay. */
const ACCENTS = /[\u0300-\u036f]+/g;
/** What an n-gram counts against a whole word. */
const NGRAM_WEIGHT = 0.4;

export function createLexicalEmbedder(): Embedder {
  return {
    name: 'lexical-v1',
    semantic: false,
    open: async () => ({ fingerprint: 'lexical-v1', dimensions: DIMENSIONS }),
    embed: async (texts) => texts.map(embedOne),
    close: async () => undefined,
  };
}

function embedOne(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  for (const [word, count] of countWords(text)) {
    // A word said ten times is not ten times as telling.
    const weight = 1 + Math.log(count);
    addFeature(vector, hashOf(word, 0, word.length), weight);
    const padded = `<${word}>`;
    for (let start = 0; start + NGRAM_CHARS <= padded.length; start++) {
      addFeature(vector, hashOf(padded, start, start + NGRAM_CHARS), weight * NGRAM_WEIGHT);
    }
  }
  return toUnitLength(vector);
}

function countWords(text: string): ReadonlyMap<string, number> {
  const folded = text.slice(0, TEXT_CHARS_MAX).normalize('NFKD').replace(ACCENTS, '').toLowerCase();
  const words = folded.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  const counts = new Map<string, number>();
  for (const word of telling.length > 0 ? telling : words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** One bit of the hash chooses the sign, so that features that collide cancel out on average. */
function addFeature(vector: Float32Array, hash: number, weight: number): void {
  const at = hash % DIMENSIONS;
  const sign = hash & 0x40000000 ? 1 : -1;
  vector[at] = (vector[at] ?? 0) + sign * weight;
}

/** FNV-1a (Fowler, Noll and Vo) with a final mixing of the bits, over `text.slice(start, end)`. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
