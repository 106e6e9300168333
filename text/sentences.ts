/** Where sentences begin and end. */

/** Offsets into the text: `text.slice(start, end)` is the sentence without white space around it. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
}

/** A full stop behind one of these ends no sentence. */
const ABBREVIATIONS = new Set(
  `mr mrs ms dr prof rev hon st sr jr gen col capt lt sgt gov sen rep pres vs etc cf eg ie al no nos vol vols fig figs eq
  ch sec ed eds pp inc ltd co corp dept univ approx ca c b d jan feb mar apr jun jul aug sept sep oct nov dec e.g i.e u.s
  u.k a.m p.m ph.d`.split(/\s+/),
);
/** The end of a sentence: its mark, closing quotes or brackets, then white space. */
const BOUNDARY = /([.!?…]+["'”’»)\]]*)(\s+)|([。！？]+["”』」）]*)\s*|\n{2,}/gu;
/** What may stand at the beginning of a sentence. */
const OPENING = /^["'“‘«([]*[\p{Lu}\p{Lt}\p{Lo}\p{N}]/u;

/** The sentences of a text, in order, covering all but white space. */
export function splitSentences(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const match of text.matchAll(BOUNDARY)) {
    const mark = match[1] ?? match[3] ?? '';
    const end = match.index + mark.length;
    const next = match.index + match[0].length;
    if (match[1] !== undefined && !endsSentence(text, start, match.index, match[1], next)) continue;
    pushTrimmed(sentences, text, start, end);
    start = next;
  }
  pushTrimmed(sentences, text, start, text.length);
  return sentences;
}

function endsSentence(text: string, start: number, at: number, mark: string, next: number): boolean {
  if (!OPENING.test(text.slice(next, next + 8))) return false;
  if (!mark.startsWith('.') || mark.startsWith('..')) return true;
  const word = /[\p{L}\p{M}.]+$/u.exec(text.slice(Math.max(start, at - 20), at))?.[0] ?? '';
  const isInitial = /^(?:\p{Lu}\.)*\p{Lu}$/u.test(word);
  return !isInitial && !ABBREVIATIONS.has(word.toLowerCase());
}

function pushTrimmed(sentences: Sentence[], text: string, start: number, end: number): void {
  const slice = text.slice(start, end);
  const from = start + slice.length - slice.trimStart().length;
  const to = end - (slice.length - slice.trimEnd().length);
  if (to > from) sentences.push({ start: from, end: to });
}
