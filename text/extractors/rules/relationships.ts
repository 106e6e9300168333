/** Statements read from sentences: the subject of each sentence with the other names in it. */

import { entityKey } from '../../entity-key.ts';
import type { ExtractedRelationship } from '../../extractor.ts';
import { type Sentence, splitSentences } from '../../sentences.ts';
import type { Span } from './spans.ts';
import { RELATED, relationshipType } from './verb-phrase.ts';

/** One passage's share of the graph: a list of a hundred names is not a hundred statements. */
const RELATIONSHIPS_PER_PASSAGE_MAX = 16;
/** Statements whose verb was not found say little: a few keep neighbours reachable, more would bury the others. */
const UNTYPED_PER_PASSAGE_MAX = 2;
const DESCRIPTION_CHARACTERS_MAX = 300;
/** A sentence whose first name stands further in than this speaks of what the document is about. */
const SUBJECT_OFFSET_MAX = 12;

/** `spans` in reading order; `about` is the document's title, null when it has none. */
export function findRelationships(
  text: string,
  spans: readonly Span[],
  about: string | null,
): readonly ExtractedRelationship[] {
  const found = new Map<string, ExtractedRelationship>();
  const parties = spans.filter(({ isPart }) => !isPart);
  for (const sentence of splitSentences(text)) {
    const named = parties.filter(({ start, end }) => start >= sentence.start && end <= sentence.end);
    for (const relationship of inSentence(text, sentence, named, about)) {
      const pair = `${entityKey(relationship.source)}\n${entityKey(relationship.target)}`;
      if (!found.has(pair)) found.set(pair, relationship);
    }
  }
  const typed = [...found.values()].filter(({ type }) => type !== RELATED);
  const untyped = [...found.values()]
    .filter(({ type }) => type === RELATED)
    .slice(0, UNTYPED_PER_PASSAGE_MAX);
  return [...typed, ...untyped].slice(0, RELATIONSHIPS_PER_PASSAGE_MAX);
}

function inSentence(
  text: string,
  { start: from, end: to }: Sentence,
  spans: readonly Span[],
  about: string | null,
): readonly ExtractedRelationship[] {
  const subject = subjectOf(spans, from, about);
  if (subject === null) return [];
  const description = text.slice(from, to).slice(0, DESCRIPTION_CHARACTERS_MAX);
  const found: ExtractedRelationship[] = [];
  let previous: Span | null = null;
  for (const span of spans) {
    const before = text.slice(previous?.end ?? from, span.start);
    const nearest = relationshipType(before);
    const source = previous !== null && isApposition(before) ? previous.name : subject;
    const type = nearest === RELATED ? relationshipType(text.slice(from, span.start)) : nearest;
    if (entityKey(span.name) !== entityKey(source))
      found.push({ source, target: span.name, type, description });
    previous = span;
  }
  return found;
}

/** `Bertha, daughter of Lothair`: the sentence turns aside to say something of the name before. */
function isApposition(before: string): boolean {
  return /^, (?:the |an? )?(?:[a-z-]+ ){1,3}of (?:the )?$/.test(before);
}

/** The sentence's first name when the sentence begins with it, what the document is about otherwise. */
function subjectOf(spans: readonly Span[], from: number, about: string | null): string | null {
  const first = spans[0];
  if (first !== undefined && first.start - from <= SUBJECT_OFFSET_MAX) return first.name;
  return about ?? first?.name ?? null;
}
