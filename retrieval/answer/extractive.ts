/**
 * The answer that needs no model: the sentences of the best passages that say most of what was asked, word for word.
 * A sentence counts by the rare words of the question that it has, and by the rank of its passage.
 */

import type { Passage } from '../../stores/graph/statements/passages.ts';
import { entityKey } from '../../text/entity-key.ts';
import { splitSentences } from '../../text/sentences.ts';
import type { AnswerGenerator, Draft } from './answer.ts';

const PASSAGES_READ_MAX = 8;
const SENTENCES_MAX = 3;
/** A sentence is left out when it says less than this part of what the best one says. */
const RELATIVE_SCORE_MIN = 0.5;
/** What each further passage counts against the one before it. */
const RANK_DISCOUNT = 0.85;
/** Words that every question has. */
const QUESTION_WORDS = new Set(
  'a an and are as at be by did do does for from has have how in is it its of on or that the their there this to was were what when where which who whom whose why will with'.split(
    ' ',
  ),
);

export function createExtractiveGenerator(): AnswerGenerator {
  return { name: 'extractive-v1', generate: async (question, passages) => extract(question, passages) };
}

interface Candidate {
  readonly passage: Passage;
  readonly start: number;
  readonly end: number;
  readonly words: ReadonlySet<string>;
  readonly discount: number;
}

function extract(question: string, passages: readonly Passage[]): Draft {
  const asked = new Set(wordsOf(question).filter((word) => !QUESTION_WORDS.has(word)));
  const candidates = passages.slice(0, PASSAGES_READ_MAX).flatMap(candidatesOf);
  const weight = rarityOf(candidates);
  const scored = candidates
    .map((candidate) => ({ candidate, score: scoreOf(candidate, asked, weight) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score);
  const best = scored[0]?.score ?? 0;
  const chosen = scored.filter(({ score }) => score >= best * RELATIVE_SCORE_MIN).slice(0, SENTENCES_MAX);
  return {
    grounded: chosen.length > 0,
    sentences: chosen.map(({ candidate: { passage, start, end } }) => {
      const quote = passage.text.slice(start, end);
      return {
        text: quote.replaceAll(/\s+/g, ' '),
        citations: [{ chunkId: passage.chunkId, start, end, quote }],
      };
    }),
  };
}

/**
 * The title belongs to every sentence of its document: it is what “he” and “it” mean there. A heading that says no
 * more than the title is no sentence.
 */
function candidatesOf(passage: Passage, at: number): readonly Candidate[] {
  const title = new Set(wordsOf(passage.title));
  return splitSentences(passage.text)
    .map(({ start, end }) => ({ start, end, own: wordsOf(passage.text.slice(start, end)) }))
    .filter(({ own }) => own.some((word) => !title.has(word)))
    .map(({ start, end, own }) => ({
      passage,
      start,
      end,
      words: new Set([...own, ...title]),
      discount: RANK_DISCOUNT ** at,
    }));
}

/** Inverse document frequency over the sentences read (Spärck Jones, 1972). */
function rarityOf(candidates: readonly Candidate[]): (word: string) => number {
  const counts = new Map<string, number>();
  for (const { words } of candidates) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => Math.log(1 + candidates.length / (counts.get(word) ?? candidates.length));
}

function scoreOf(
  { words, discount }: Candidate,
  asked: ReadonlySet<string>,
  weight: (word: string) => number,
): number {
  let score = 0;
  for (const word of asked) if (words.has(word)) score += weight(word);
  return score * discount;
}

/** Words without their commonest endings, so that “invented” meets “invent”. */
function wordsOf(text: string): readonly string[] {
  return entityKey(text)
    .split(' ')
    .filter(Boolean)
    .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, '') : word));
}
