/**
 * Step: from names to entities. Equal keys are one entity in the tenant; every spelling keeps the reason why it
 * was taken to mean it. What a caller declared is resolved the same way, at the chunks that name it.
 */

import { contentHash, entityId, nameId, relationshipId } from '../../model/ids.ts';
import { betterType, type Knowledge, type ResolutionReason, VALUE } from '../../model/knowledge.ts';
import type {
  EntityDraft,
  EvidenceDraft,
  MentionDraft,
  NameDraft,
  RelationshipDraft,
} from '../../stores/graph/statements/knowledge.ts';
import { entityKey } from '../../text/entity-key.ts';
import type { ExtractedEntity, Extraction } from '../../text/extractor.ts';
import { unique } from '../unique.ts';
import type { IdentifiedChunk } from './chunk.ts';

/** Places kept of one entity in one chunk. */
const PLACES_MAX = 20;
/** Relationships kept of one chunk. */
const RELATIONSHIPS_MAX = 64;

/** What one chunk says, ready to be written. */
export interface ChunkKnowledge {
  readonly chunkId: string;
  readonly entities: readonly EntityDraft[];
  readonly names: readonly NameDraft[];
  readonly mentions: readonly MentionDraft[];
  readonly relationships: readonly RelationshipDraft[];
  readonly evidence: readonly EvidenceDraft[];
  /** Equal digests say the same. */
  readonly digest: string;
}

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
  return chunks.map((chunk, at) => {
    const gathered = createGathering(tenant, chunk.id);
    addExtraction(gathered, extractions[at] ?? NOTHING);
    addExtraction(gathered, declared[at] ?? NOTHING);
    return gathered.finish();
  });
}

const NOTHING: Extraction = { entities: [], mentions: [], relationships: [] };

type Gathering = ReturnType<typeof createGathering>;

interface OpenMention {
  about: boolean;
  /** Whether the chunk has it only as the end of a statement so far. */
  value: boolean;
  readonly keys: Set<string>;
  readonly places: Map<
    string,
    { readonly text: string; readonly start: number; readonly end: number; readonly reason: string }
  >;
}

/** Collects what one chunk says, each thing once. */
function createGathering(tenant: string, chunkId: string) {
  const entities = new Map<string, EntityDraft>();
  const names = new Map<string, NameDraft>();
  const mentions = new Map<string, OpenMention>();
  const relationships = new Map<string, RelationshipDraft>();

  const spell = (entity: string, text: string, reason: ResolutionReason) => {
    const key = entityKey(text);
    if (key === '') return;
    const id = nameId(tenant, key);
    const known = `${id}>${entity}`;
    if (!names.has(known)) names.set(known, { id, tenant, key, text, entityId: entity, reason });
    mentions.get(entity)?.keys.add(key);
  };
  const entity = (name: string, type: string, description: string | null = null): string | null => {
    const key = entityKey(name);
    if (key === '') return null;
    const id = entityId(tenant, key);
    const known = entities.get(id);
    entities.set(id, {
      id,
      tenant,
      key,
      name: known?.name ?? name,
      type: known === undefined ? type : betterType(known.type, type),
      description: description ?? known?.description ?? null,
    });
    const mention = mentions.get(id) ?? { about: false, value: true, keys: new Set(), places: new Map() };
    mentions.set(id, { ...mention, value: mention.value && type === VALUE });
    spell(id, name, 'SAME_NAME');
    return id;
  };
  return {
    entity,
    spell,
    about: (id: string) => {
      const mention = mentions.get(id);
      if (mention !== undefined) mention.about = true;
    },
    place: (
      id: string,
      place: { readonly text: string; readonly start: number; readonly end: number; readonly reason: string },
    ) => {
      const places = mentions.get(id)?.places;
      if (places !== undefined && places.size < PLACES_MAX) places.set(`${place.start}:${place.end}`, place);
    },
    relationship: (sourceId: string, targetId: string, type: string, description: string) => {
      if (sourceId === targetId || relationships.size >= RELATIONSHIPS_MAX) return;
      const id = relationshipId(sourceId, type, targetId);
      if (!relationships.has(id))
        relationships.set(id, { id, tenant, sourceId, targetId, type, description });
    },
    finish: (): ChunkKnowledge => {
      const said = {
        entities: [...entities.values()],
        names: [...names.values()],
        mentions: [...mentions].map(([id, mention]) => closeMention(chunkId, id, mention)),
        relationships: [...relationships.values()],
      };
      const digest = contentHash(new TextEncoder().encode(JSON.stringify(said)));
      const evidence = said.relationships.map(({ id }) => ({ chunkId, relationshipId: id }));
      return { chunkId, ...said, evidence, digest };
    },
  };
}

function closeMention(
  chunkId: string,
  entity: string,
  { about, value, keys, places }: OpenMention,
): MentionDraft {
  const ordered = [...places.values()].sort((a, b) => a.start - b.start);
  return {
    chunkId,
    entityId: entity,
    about,
    value,
    texts: ordered.map(({ text }) => text),
    starts: ordered.map(({ start }) => start),
    ends: ordered.map(({ end }) => end),
    reasons: ordered.map(({ reason }) => reason),
    keys: [...keys].sort(),
  };
}

function addExtraction(gathering: Gathering, extraction: Extraction): void {
  for (const extracted of extraction.entities) addEntity(gathering, extracted);
  for (const { name, type, surface, start, end, reason } of extraction.mentions) {
    const id = gathering.entity(name, type);
    if (id === null) continue;
    gathering.spell(id, surface, reason);
    gathering.place(id, { text: surface, start, end, reason });
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
        type: type?.toUpperCase() ?? 'THING',
        aliases: declared,
        ...(description === undefined ? {} : { description }),
      });
      drafts[at]?.mentions.push(
        ...placesOf(chunks[at]?.text ?? '', texts, name, type?.toUpperCase() ?? 'THING'),
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
