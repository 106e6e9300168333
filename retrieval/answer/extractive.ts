/**
 * The answer that needs no model: sentences of the best passages, word for word. Either one sentence that says most
 * of what was asked, or a chain of them, each naming what the next one's passage is about, as questions of several
 * hops need. Where they say too little of the question, nothing is quoted: that a word fits is no answer.
 */

import type { Passage } from '../../stores/graph/statements/passages.ts';
import { entityKey } from '../../text/entity-key.ts';
import type { AnswerGenerator, Draft } from './answer.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { type AskedWord, hasAnswerOfKind, type Question, readQuestion } from './question.ts';

const PASSAGES_READ_MAX = 8;
const SENTENCES_MAX = 3;
/** What each further passage counts against the one before it. */
const RANK_DISCOUNT = 0.9;
/** The part of what a question tells that an answer must take up, and of its names likewise. */
const COVERED_MIN = 0.5;
/** What the right kind of thing counts, and a further sentence costs, in parts of a question's mean word. */
const KIND_SHARE = 0.75;
const SENTENCE_COST = 0.25;
/** Sentences that a chain may begin with. */
const STARTS_MAX = 20;

export function createExtractiveGenerator(): AnswerGenerator {
  return { name: 'extractive-v2', generate: async (question, passages) => extract(question, passages) };
}

function extract(text: string, passages: readonly Passage[]): Draft {
  const candidates = passages
    .slice(0, PASSAGES_READ_MAX)
    .flatMap(candidatesOf)
    .filter((one) => !repeats(textOf(one), text));
  const question = readQuestion(text, candidates);
  const chain = bestChain(question, candidates);
  const isAnswer = chain.length > 0 && coversEnough(question, chain);
  return { grounded: isAnswer, sentences: isAnswer ? chain.map(quote) : [] };
}

/** Whoever quotes the question, in an example or a list of questions, does not answer it. */
function repeats(sentence: string, asked: string): boolean {
  return /[?？]/.test(sentence) && ` ${entityKey(sentence)} `.includes(` ${entityKey(asked)} `);
}

function quote({ passage, start, end }: Candidate): Draft['sentences'][number] {
  const text = passage.text.slice(start, end);
  return {
    text: text.replaceAll(/\s+/g, ' '),
    citations: [{ chunkId: passage.chunkId, start, end, quote: text }],
  };
}

type Chain = readonly Candidate[];

/** Grows the best chains sentence by sentence, as long as that makes one better. */
function bestChain(question: Question, candidates: readonly Candidate[]): Chain {
  const score = createScore(question);
  const better = (left: Chain, right: Chain) => score(right) - score(left);
  const singles = candidates.filter((one) => covers(question, [one]) > 0).map((one): Chain => [one]);
  let chains = singles.toSorted(better).slice(0, STARTS_MAX);
  let best = chains[0] ?? [];
  for (let length = 2; length <= SENTENCES_MAX; length++) {
    chains = chains
      .flatMap((chain) =>
        candidates.filter((next) => leadsTo(question, chain, next)).map((next) => [...chain, next]),
      )
      .toSorted(better)
      .slice(0, STARTS_MAX);
    const [first] = chains;
    if (first !== undefined && score(first) > score(best)) best = first;
  }
  return best;
}

/** What the chain says of the question, with its last sentence of the kind asked for, less what its length costs. */
function createScore(question: Question): (chain: Chain) => number {
  const mean =
    question.words.reduce((sum, { weight }) => sum + weight, 0) / Math.max(1, question.words.length);
  return (chain) => {
    const last = chain.at(-1);
    if (last === undefined) return 0;
    const isKind = hasAnswerOfKind(question, textOf(last));
    const gain = covers(question, chain) + (isKind ? KIND_SHARE * mean : 0);
    const ranks = chain.reduce((sum, { rank }) => sum + rank, 0) / chain.length;
    return gain * RANK_DISCOUNT ** ranks - SENTENCE_COST * mean * (chain.length - 1);
  };
}

/**
 * Whether one of the last sentence and `next` names what the other is about. What the question itself names is
 * where a chain starts, and never where it leads.
 */
function leadsTo(question: Question, chain: Chain, next: Candidate): boolean {
  const last = chain.at(-1);
  if (last === undefined || chain.some(({ passage }) => passage.chunkId === next.passage.chunkId))
    return false;
  if (isAsked(question, next)) return false;
  return names(textOf(last), next.passage.title) || names(textOf(next), last.passage.title);
}

function names(text: string, title: string): boolean {
  const key = entityKey(title);
  return key !== '' && ` ${entityKey(text)} `.includes(` ${key} `);
}

function isAsked({ words }: Question, { titles }: Candidate): boolean {
  const asked = new Set(words.filter(({ isName }) => isName).map(({ stem }) => stem));
  return [...titles].every((stem) => asked.has(stem));
}

/** The weight of the question's words that the sentences, or the titles they stand under, have. */
function covers({ words }: Question, chain: Chain, counts = (_: AskedWord) => true): number {
  return words
    .filter(counts)
    .filter(({ stem }) => chain.some((one) => one.words.has(stem) || one.titles.has(stem)))
    .reduce((sum, { weight }) => sum + weight, 0);
}

/**
 * Enough of everything, enough of what is named, and something of what is asked about it: in the question's words,
 * or as a sentence that itself holds the name beside something of the kind asked for. A title alone binds nothing.
 */
function coversEnough(question: Question, chain: Chain): boolean {
  const isName = (word: AskedWord) => word.isName;
  const isRelation = (word: AskedWord) => !word.isName;
  const last = chain.at(-1);
  return (
    share(question, chain, () => true) >= COVERED_MIN &&
    share(question, chain, isName) >= COVERED_MIN &&
    (share(question, chain, isRelation) > 0 ||
      (last !== undefined &&
        question.words.some((word) => isName(word) && last.words.has(word.stem)) &&
        hasAnswerOfKind(question, textOf(last))))
  );
}

function share(question: Question, chain: Chain, counts: (word: AskedWord) => boolean): number {
  const asked = question.words.filter(counts).reduce((sum, { weight }) => sum + weight, 0);
  return asked === 0 ? 1 : covers(question, chain, counts) / asked;
}

function textOf({ passage, start, end }: Candidate): string {
  return passage.text.slice(start, end);
}
