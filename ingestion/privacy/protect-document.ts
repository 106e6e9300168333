/** Step: a document that was parsed, with what its collection's rules leave of the personal data in it. */

import type { Json, JsonObject } from '../../model/documents.ts';
import type { Knowledge } from '../../model/knowledge.ts';
import type { ParsedText } from '../../text/parsed-text.ts';
import { type Protection, protectTexts, type Revealed } from '../../text/personal-data/protect.ts';
import type { PersonalDataDetector } from '../../text/personal-data-detector.ts';
import type { Said } from './envelope.ts';

export interface ProtectedDocument {
  readonly parsed: ParsedText;
  readonly title: string;
  readonly said: Said;
  /** What stands behind the pseudonyms in all of it. */
  readonly pseudonyms: readonly (readonly [string, Revealed])[];
}

/** One call of the detector: a surname in the metadata may be that of a name in the text. */
export async function protectDocument(
  detector: PersonalDataDetector,
  protection: Protection,
  { parsed, title, said }: Omit<ProtectedDocument, 'pseudonyms'>,
): Promise<ProtectedDocument> {
  const others = new Set<string>([title, said.key ?? '', said.title ?? '', parsed.title ?? '']);
  for (const { headings } of parsed.blocks) for (const heading of headings) others.add(heading);
  collectTexts(said.metadata, others);
  for (const text of textsOfKnowledge(said.knowledge)) others.add(text);
  const list = [...others].filter((text) => text !== '');
  const { texts, pseudonyms } = await protectTexts(
    detector,
    protection,
    [parsed.text, ...list],
    personsOf(said.knowledge),
  );
  const [whole, ...rest] = texts;
  const instead = new Map(list.map((text, at) => [text, rest[at]?.text ?? text]));
  const replaced = (text: string) => instead.get(text) ?? text;
  return {
    title: replaced(title),
    parsed: {
      text: whole?.text ?? '',
      title: parsed.title === null ? null : replaced(parsed.title),
      blocks: parsed.blocks.map((block) => ({
        ...block,
        start: whole?.moved(block.start) ?? 0,
        end: whole?.moved(block.end) ?? 0,
        headings: block.headings.map(replaced),
      })),
    },
    said: {
      key: said.key === null ? null : replaced(said.key),
      title: said.title === null ? null : replaced(said.title),
      metadata: mapTexts(said.metadata, replaced) as JsonObject,
      knowledge: said.knowledge === null ? null : mapKnowledge(said.knowledge, replaced),
    },
    pseudonyms: [...pseudonyms],
  };
}

function personsOf(knowledge: Knowledge | null): readonly string[] {
  return (knowledge?.entities ?? [])
    .filter(({ type }) => type?.toUpperCase() === 'PERSON')
    .flatMap(({ name, aliases = [] }) => [name, ...aliases]);
}

function collectTexts(value: Json, into: Set<string>): void {
  mapTexts(value, (text) => {
    into.add(text);
    return text;
  });
}

/** Values; keys are names that somebody gave to fields. */
function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => mapTexts(each, change));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, mapTexts(each as Json, change)]),
  );
}

function textsOfKnowledge(knowledge: Knowledge | null): readonly string[] {
  if (knowledge === null) return [];
  const texts: string[] = [];
  mapKnowledge(knowledge, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

function mapKnowledge(knowledge: Knowledge, change: (text: string) => string): Knowledge {
  return {
    entities: knowledge.entities.map((entity) => ({
      ...entity,
      name: change(entity.name),
      ...(entity.aliases === undefined ? {} : { aliases: entity.aliases.map(change) }),
      ...(entity.description === undefined ? {} : { description: change(entity.description) }),
    })),
    triples: knowledge.triples.map(({ subject, predicate, object }) => ({
      subject: change(subject),
      predicate,
      object: change(object),
    })),
  };
}
