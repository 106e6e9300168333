/** What an answer is: sentences with the places that support them. */

import type { Passage } from '../../stores/graph/statements/passages.ts';
import type { Degradation, Hit } from '../hit.ts';

/** A place in a chunk: `chunk.text.slice(start, end) === quote`, offsets in UTF-16 code units. */
export interface Citation {
  readonly chunkId: string;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

export interface Sentence {
  readonly text: string;
  /** Places that are really there. */
  readonly citations: readonly Citation[];
}

/** What a generator makes of the passages it is given. */
export interface Draft {
  /** In order; the answer's text is these with a space between. */
  readonly sentences: readonly Sentence[];
  /** Whether every sentence has a citation that is really there. */
  readonly grounded: boolean;
}

/** Makes an answer out of passages, best passage first. */
export interface AnswerGenerator {
  /** Stands in the answer: `extractive-v2`, `gpt-4o-mini@api.example.com`. */
  readonly name: string;
  generate(question: string, passages: readonly Passage[], signal: AbortSignal): Promise<Draft>;
}

/** One that can be read while it writes. */
export interface StepwiseGenerator extends AnswerGenerator {
  /** The same, each sentence as soon as it is whole. */
  write(question: string, passages: readonly Passage[], signal: AbortSignal): AsyncIterable<Sentence>;
}

/** Every sentence must have a citation that is really there. */
export function draftOf(sentences: readonly Sentence[]): Draft {
  return { sentences, grounded: sentences.every(({ citations }) => citations.length > 0) };
}

export interface Answer {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly grounded: boolean;
  readonly generator: string;
  readonly hits: readonly Hit[];
  readonly degraded: readonly Degradation[];
}

const NO_ANSWER = 'Nothing in the documents answers this.';

export function toAnswer(draft: Draft, rest: Pick<Answer, 'generator' | 'hits' | 'degraded'>): Answer {
  const { sentences, grounded } = draft;
  return {
    text: piecesOf(draft).join(''),
    citations: sentences.flatMap(({ citations }) => citations),
    grounded: grounded && sentences.length > 0,
    ...rest,
  };
}

/** The answer's text, sentence by sentence: joined as they are, they are the text. */
export function piecesOf({ sentences }: Draft): readonly string[] {
  if (sentences.length === 0) return [NO_ANSWER];
  return sentences.map(({ text }, at) => pieceOf(text, at));
}

/** The text of sentence `at` as it stands behind those before it. */
export function pieceOf(text: string, at: number): string {
  return at === 0 ? text : ` ${text}`;
}
