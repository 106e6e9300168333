/** What a question asks for: its telling words, how much each tells, and what kind of thing would answer it. */

import { type Candidate, stemsOf } from './candidates.ts';

/** Words of a question that are looked at; a set of them fits into the bits of a number. */
const WORDS_MAX = 30;
/** Words that every question has. */
const QUESTION_WORDS = new Set(
  `a an and are as at be been by can could did do does for from had has have how i if in into is it its many me much of
  on or say tell that the their them then there they this to was we were what when where which who whom whose why will
  with would you your`.split(/\s+/),
);

/** What would answer a question of a kind, as sentences write it. */
const KINDS: readonly { readonly asks: RegExp; readonly answers: RegExp }[] = [
  { asks: /\bwhen\b|\b(?:which|what) (?:year|date|day|month|century)\b/i, answers: /\b\d{3,4}\b/g },
  {
    asks: /\bwhere\b|\b(?:which|what) (?:city|town|country|place|village|state|region|county)\b/i,
    answers: /\b(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom) (?:the )?\p{Lu}[\p{L}’'-]*/gu,
  },
  { asks: /\bhow (?:many|much|old|tall|long|far)\b/i, answers: /\d+/g },
  { asks: /\bwho(?:m|se)?\b/i, answers: /\p{Lu}[\p{L}.’'-]+ (?:(?:van|von|de|der|of|the) )*\p{Lu}\p{L}+/gu },
];

export interface AskedWord {
  readonly stem: string;
  /** Whether the question writes it as a name. */
  readonly isName: boolean;
  /** How much it tells: inverse document frequency over the sentences read (Spärck Jones, 1972). */
  readonly weight: number;
}

export interface Question {
  readonly words: readonly AskedWord[];
  /** What an answering sentence has, where the question says what it asks for. */
  readonly answers: RegExp | null;
}

export function readQuestion(text: string, candidates: readonly Candidate[]): Question {
  const words = new Map<string, boolean>();
  for (const word of text.split(/\s+/)) {
    for (const stem of stemsOf(word)) {
      if (QUESTION_WORDS.has(stem) || QUESTION_WORDS.has(word.toLowerCase())) continue;
      words.set(stem, (words.get(stem) ?? false) || /\p{Lu}/u.test(word));
    }
  }
  const asked = [...words].slice(0, WORDS_MAX);
  return {
    words: asked.map(([stem, isName]) => ({ stem, isName, weight: rarity(stem, candidates) })),
    answers: KINDS.find(({ asks }) => asks.test(text))?.answers ?? null,
  };
}

/**
 * Whether a sentence has something of the kind asked for that the question does not hold already. A question that
 * only names something asks what it is: that has no kind.
 */
export function hasAnswerOfKind({ words, answers }: Question, sentence: string): boolean {
  if (answers === null || words.every(({ isName }) => isName)) return false;
  const known = new Set([...QUESTION_WORDS, ...words.map(({ stem }) => stem)]);
  return [...sentence.matchAll(answers)].some(([found]) => stemsOf(found).some((stem) => !known.has(stem)));
}

/** A word that no sentence has tells most: it is what the passages do not speak of. */
function rarity(stem: string, candidates: readonly Candidate[]): number {
  const having = candidates.filter(({ words, titles }) => words.has(stem) || titles.has(stem)).length;
  return Math.log(1 + candidates.length / Math.max(1, having));
}
