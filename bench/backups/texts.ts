/** Passages out of sentences of the samples. Every few have names of their own, so that the graph has many entities. */

import { hash } from 'node:crypto';
import type { BenchPassage } from '../question-set.ts';
import { readSentences } from './sentences.ts';

const SENTENCES = 4;
/** Passages that share their names. */
const A_GROUP = 50;

export async function createPassages(): Promise<(at: number) => BenchPassage> {
  const sentences = await readSentences();
  return (at) => {
    const ending = letters(Math.floor(at / A_GROUP));
    const chosen = Array.from({ length: SENTENCES }, (_, place) => {
      const digits = hash('sha256', `${at} ${place}`, 'hex').slice(0, 8);
      return sentences[Number.parseInt(digits, 16) % sentences.length] ?? '';
    });
    const text = chosen.join(' ').replaceAll(/\p{Lu}\p{Ll}{2,}/gu, (word) => word + ending);
    return { id: `passage-${at}`, title: `Passage ${at} of group ${ending}`, text };
  };
}

function letters(number: number): string {
  const letter = String.fromCharCode('a'.charCodeAt(0) + (number % 26));
  return number < 26 ? letter : letters(Math.floor(number / 26) - 1) + letter;
}
