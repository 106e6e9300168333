/**
 * The extractor that needs no model: what typography already marks as a name, and relationships from the
 * sentence that joins two of them. Deterministic; a change of the rules changes `name`.
 */

import { entityKey } from '../entity-key.ts';
import type {
  ExtractedEntity,
  ExtractedMention,
  Extraction,
  ExtractionInput,
  Extractor,
} from '../extractor.ts';
import { expandAcronyms, findAcronyms, type SpelledAcronym } from './rules/acronyms.ts';
import { resolveTitle, titleEntities } from './rules/document-title.ts';
import { findCode, findDates, findPseudonyms, findQuotedTitles } from './rules/marked-names.ts';
import { findNames } from './rules/names.ts';
import { findRelationships } from './rules/relationships.ts';
import { expandShortForms, shortFormsOf } from './rules/short-forms.ts';
import { byPlace, isCovered, type Span } from './rules/spans.ts';

/** Further mentions of a passage are dropped: tables of names would flood the graph. */
const MENTIONS_PER_PASSAGE_MAX = 64;

export function createRulesExtractor(): Extractor {
  return { name: 'rules-v1', extract: async (passages) => extractDocument(passages) };
}

/** Names are found passage by passage and understood document by document. */
function extractDocument(passages: readonly ExtractionInput[]): readonly Extraction[] {
  const title = passages[0]?.documentTitle.trim().replaceAll(/\s+/g, ' ') ?? '';
  const seen = passages.map(({ text }) => spansOf(text));
  const acronyms = passages.flatMap(({ text }, at) => findAcronyms(text, seen[at] ?? []));
  const shortForms = shortFormsOf(title, seen.flat());
  const about = titleEntities(title);
  return passages.map(({ text }, at) => {
    const spelledOut = expandAcronyms(seen[at] ?? [], acronyms);
    const understood = resolveTitle(title, text, expandShortForms(spelledOut, shortForms));
    const spans = understood.toSorted(byPlace).slice(0, MENTIONS_PER_PASSAGE_MAX);
    return {
      entities: [...about, ...acronymEntities(acronyms, text)],
      mentions: spans.map((span) => mentionOf(text, span)),
      relationships: findRelationships(text, spans, about[0]?.name ?? null),
    };
  });
}

/** What the text marks itself comes before capitals, which only guess. */
function spansOf(text: string): readonly Span[] {
  const marked = [...findPseudonyms(text), ...findQuotedTitles(text), ...findCode(text), ...findDates(text)];
  const outermost = marked.filter(
    (span) =>
      !isCovered(
        span,
        marked.filter((other) => other !== span),
      ),
  );
  const guessed = findNames(text).filter((span) => !isCovered(span, outermost));
  return [...outermost, ...guessed].filter(({ name }) => entityKey(name).length > 1).toSorted(byPlace);
}

function mentionOf(text: string, { name, type, start, end, reason }: Span): ExtractedMention {
  return { name: name.replaceAll(/\s+/g, ' '), type, surface: text.slice(start, end), start, end, reason };
}

/** The long form takes the acronym as a further spelling, in the passage that introduces it. */
function acronymEntities(acronyms: readonly SpelledAcronym[], text: string): readonly ExtractedEntity[] {
  return acronyms
    .filter(({ acronym, name }) => text.includes(acronym) && text.includes(name))
    .map(({ acronym, name, type }) => ({
      name: name.replaceAll(/\s+/g, ' '),
      type,
      aliases: [{ text: acronym, reason: 'ACRONYM' }],
    }));
}
