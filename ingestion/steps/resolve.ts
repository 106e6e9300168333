/**
 * Step: from names to entities. Equal keys are one entity in the tenant; every spelling keeps the reason why it
 * was taken to mean it. What a caller declared is resolved the same way, at the chunks that name it.
 */

import { contentHash, entityId, nameId, relationshipId } from '../../model/ids.ts';
import { type Knowledge, type ResolutionReason, VALUE } from '../../model/knowledge.ts';
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
/** Relationships kept of those that were found in one chunk; what a caller declared is kept whole. */
const FOUND_RELATIONSHIPS_MAX = 64;
/** The type of what nobody has told apart yet. */
const UNTYPED = 'THING';

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

type Gathering = ReturnType<typeof createGathering>;

interface OpenMention {
  about: boolean;
  type: string | null;
  description: string | null;
  /** Whether the chunk has it only as the end of a statement so far. */
  value: boolean;
  readonly keys: Set<string>;
  readonly places: Map<
    string,
    { readonly text: string; readonly start: number; readonly end: number; readonly reason: string }
  >;
}

/** Collects what one chunk says, each thing once. */
function createGathering(tenant: string, chunkId: string, aliases: ReadonlyMap<string, string>) {
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
  const entity = (given: string, type: string, description: string | null = null): string | null => {
    const name = aliases.get(entityKey(given)) ?? given;
    const key = entityKey(name);
    if (key === '') return null;
    const id = entityId(tenant, key);
    const mention = mentions.get(id) ?? openMention();
    mentions.set(id, mention);
    if (type !== VALUE) mention.value = false;
    if (type !== VALUE && type !== UNTYPED) mention.type ??= type;
    mention.description ??= description;
    entities.set(id, {
      id,
      tenant,
      key,
      name: entities.get(id)?.name ?? name,
      type: mention.type ?? (mention.value ? VALUE : UNTYPED),
      description: mention.description,
    });
    spell(id, name, 'SAME_NAME');
    if (name !== given) spell(id, given, 'DECLARED_ALIAS');
    return id;
  };
  return {
    entity,
    spell,
    /** Why this name means its entity: because the caller said so, or as it was found. */
    reasonOf: (name: string, found: ResolutionReason): ResolutionReason =>
      aliases.has(entityKey(name)) ? 'DECLARED_ALIAS' : found,
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
      if (sourceId === targetId) return;
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
      const evidence = said.relationships.map(({ id, description }) => ({
        chunkId,
        relationshipId: id,
        description,
      }));
      return { chunkId, ...said, evidence, digest };
    },
  };
}

function openMention(): OpenMention {
  return { about: false, type: null, description: null, value: true, keys: new Set(), places: new Map() };
}

function closeMention(chunkId: string, entity: string, mention: OpenMention): MentionDraft {
  const { about, type, description, value, keys, places } = mention;
  const ordered = [...places.values()].sort((a, b) => a.start - b.start);
  return {
    chunkId,
    entityId: entity,
    about,
    type,
    description,
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
