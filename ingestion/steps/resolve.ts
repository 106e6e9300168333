/**
 * Step: from names to entities. Equal keys are one entity in the tenant; every spelling keeps the reason why it
 * was taken to mean it. What a caller declared is resolved the same way, at the chunks that name it.
 */

import { type Knowledge, type ResolutionReason, VALUE } from '../../model/knowledge.ts';
import { entityKey } from '../../text/entity-key.ts';
import type { ExtractedEntity, Extraction } from '../../text/extractor.ts';
import { unique } from '../unique.ts';
import type { IdentifiedChunk } from './chunk.ts';
import { type ChunkKnowledge, createGathering, type Gathering, PLACES_MAX, UNTYPED } from './gathering.ts';

/** Relationships kept of those that were found in one chunk; what a caller declared is kept whole. */
const FOUND_RELATIONSHIPS_MAX = 64;

export interface ResolveInput {
  readonly tenant: string;
  readonly chunks: readonly IdentifiedChunk[];
  readonly extractions: readonly Extraction[];
  readonly knowledge: Knowledge | null;
}

export function resolveEntities({
  tenant,
  chunks,
  extractions,
  knowledge,
}: ResolveInput): readonly ChunkKnowledge[] {
  const declared = placeKnowledge(knowledge, chunks);
  const aliases = declaredAliases(knowledge);
  return chunks.map((chunk, at) => {
    const gathered = createGathering(tenant, chunk.id, aliases);
    const found = extractions[at] ?? NOTHING;
    addExtraction(gathered, {
      ...found,
      relationships: found.relationships.slice(0, FOUND_RELATIONSHIPS_MAX),
    });
    addExtraction(gathered, declared[at] ?? NOTHING);
    return gathered.finish();
  });
}

/** Key of an alias → the name that it stands for in this document. A name of its own is no alias. */
function declaredAliases(knowledge: Knowledge | null): ReadonlyMap<string, string> {
  const entities = knowledge?.entities ?? [];
  const names = new Set(entities.map(({ name }) => entityKey(name)));
  return new Map(
    entities.flatMap(({ name, aliases = [] }) =>
      aliases
        .map((alias) => [entityKey(alias), name] as const)
        .filter(([key]) => key !== '' && !names.has(key)),
    ),
  );
}

const NOTHING: Extraction = { entities: [], mentions: [], relationships: [] };

function addExtraction(gathering: Gathering, extraction: Extraction): void {
  for (const extracted of extraction.entities) addEntity(gathering, extracted);
  for (const { name, type, surface, start, end, reason } of extraction.mentions) {
    const id = gathering.entity(name, type);
    if (id === null) continue;
    const why = gathering.reasonOf(name, reason);
    gathering.spell(id, surface, why);
    gathering.place(id, { text: surface, start, end, reason: why });
  }
  for (const { source, target, type, description } of extraction.relationships) {
    const [sourceId, targetId] = [gathering.entity(source, VALUE), gathering.entity(target, VALUE)];
    if (sourceId !== null && targetId !== null) gathering.relationship(sourceId, targetId, type, description);
  }
}

function addEntity(gathering: Gathering, { name, type, description, about, aliases }: ExtractedEntity): void {
  const id = gathering.entity(name, type, description ?? null);
  if (id === null) return;
  if (about === true) gathering.about(id);
  for (const alias of aliases) gathering.spell(id, alias.text, alias.reason);
}

/**
 * A caller's knowledge as extractions: an entity belongs to the chunks that spell it, a triple to those that spell
 * its subject or its object; what none spells belongs to the first.
 *
 * An object that nobody names as an entity ("monthly publication in 1963") stays a value, as a literal does in RDF:
 * the statement is kept, but no search starts from it or walks through it.
 */
function placeKnowledge(
  knowledge: Knowledge | null,
  chunks: readonly IdentifiedChunk[],
): readonly Extraction[] {
  if (knowledge === null) return [];
  const keyed = chunks.map(({ text }) => ` ${entityKey(text)} `);
  const spelling = (...names: readonly string[]): readonly number[] => {
    const keys = names.map((name) => ` ${entityKey(name)} `);
    const found = keyed.flatMap((text, at) => (keys.some((key) => text.includes(key)) ? [at] : []));
    return found.length === 0 ? [0] : found;
  };
  const drafts = chunks.map(() => ({
    entities: [] as ExtractedEntity[],
    mentions: [] as Extraction['mentions'][number][],
    relationships: [] as Extraction['relationships'][number][],
  }));
  for (const { name, type, aliases = [], description } of namedIn(knowledge)) {
    const declared = aliases.map((text) => ({ text, reason: 'DECLARED_ALIAS' as const }));
    for (const at of spelling(name, ...aliases)) {
      const texts = [name, ...aliases];
      drafts[at]?.entities.push({
        name,
        type: type?.toUpperCase() ?? UNTYPED,
        aliases: declared,
        ...(description === undefined ? {} : { description }),
      });
      drafts[at]?.mentions.push(
        ...placesOf(chunks[at]?.text ?? '', texts, name, type?.toUpperCase() ?? UNTYPED),
      );
    }
  }
  for (const { subject, predicate, object } of knowledge.triples) {
    const description = `${subject} ${predicate} ${object}`;
    for (const at of spelling(subject, object)) {
      drafts[at]?.relationships.push({
        source: subject,
        target: object,
        type: relationshipType(predicate),
        description,
      });
    }
  }
  return drafts;
}

/** Who lists entities has said which they are. Where there are only statements, what they are about are entities. */
function namedIn({ entities, triples }: Knowledge): Knowledge['entities'] {
  if (entities.length > 0) return entities;
  return unique(triples, ({ subject }) => subject).map(({ subject }) => ({ name: subject }));
}

/** Where a chunk spells one of the texts, letter by letter. */
function placesOf(
  text: string,
  spellings: readonly string[],
  name: string,
  type: string,
): Extraction['mentions'] {
  return spellings.flatMap((surface) => {
    const places: number[] = [];
    for (
      let at = text.indexOf(surface);
      at >= 0 && places.length < PLACES_MAX;
      at = text.indexOf(surface, at + 1)
    )
      places.push(at);
    const reason: ResolutionReason = surface === name ? 'SAME_NAME' : 'DECLARED_ALIAS';
    return places.map((start) => ({ name, type, surface, start, end: start + surface.length, reason }));
  });
}

const TYPE_CHARS_MAX = 60;

/** `was born in` → `WAS_BORN_IN` */
function relationshipType(predicate: string): string {
  return entityKey(predicate).toUpperCase().replaceAll(' ', '_').slice(0, TYPE_CHARS_MAX) || 'RELATED_TO';
}
