/** Gathers what one chunk says, each thing once: entities, their spellings, places, and what joins them. */

import { contentHash, entityId, nameId, relationshipId } from '../../model/ids.ts';
import { type ResolutionReason, VALUE } from '../../model/knowledge.ts';
import type {
  EntityDraft,
  MentionDraft,
  NameDraft,
  RelationshipDraft,
} from '../../stores/graph/statements/knowledge.ts';
import { type MentionPlace, writePlaces } from '../../stores/graph/statements/places.ts';
import { type Said, writeUnplaced } from '../../stores/graph/statements/unplaced.ts';
import { entityKey } from '../../text/entity-key.ts';

/** Places kept of one entity in one chunk. */
export const PLACES_MAX = 20;
/** The type of what nobody has told apart yet. */
export const UNTYPED = 'THING';

/** What one chunk says, ready to be written. */
export interface ChunkSayings {
  readonly entities: readonly EntityDraft[];
  readonly names: readonly NameDraft[];
  readonly mentions: readonly MentionDraft[];
  readonly relationships: readonly RelationshipDraft[];
}

/** What is to know of a chunk's sayings without unpacking them, and they themselves. */
export interface ChunkKnowledge {
  readonly chunkId: string;
  readonly entityIds: readonly string[];
  /** Equal digests say the same. */
  readonly digest: string;
  /** `ChunkSayings` as JSON: copying a text between threads is cheap, and it lies in a tenth of the objects' memory. */
  readonly sayings: string;
}

export function readSayings({ sayings }: ChunkKnowledge): ChunkSayings {
  return JSON.parse(sayings) as ChunkSayings;
}

export type Gathering = ReturnType<typeof createGathering>;

interface OpenMention {
  about: boolean;
  type: string | null;
  description: string | null;
  /** Whether the chunk has it only as the end of a statement so far. */
  value: boolean;
  readonly keys: Set<string>;
  readonly places: Map<string, MentionPlace>;
}

/** Collects what one chunk says, each thing once. */
export function createGathering(tenant: string, chunkId: string, aliases: ReadonlyMap<string, string>) {
  const entities = new Map<string, EntityDraft>();
  const names = new Map<string, NameDraft>();
  const mentions = new Map<string, OpenMention>();
  const relationships = new Map<string, RelationshipDraft>();

  const spell = (entity: string, text: string, reason: ResolutionReason) => {
    const key = entityKey(text);
    // An entity is spelled by its own name as long as it is there.
    if (key === '' || key === entities.get(entity)?.key) return;
    const known = `${key}>${entity}`;
    if (!names.has(known)) names.set(known, { id: nameId(tenant, key), key, text, entityId: entity, reason });
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
      key,
      name: entities.get(id)?.name ?? name,
      type: mention.type ?? (mention.value ? VALUE : UNTYPED),
      description: mention.description,
    });
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
    place: (id: string, place: MentionPlace) => {
      const places = mentions.get(id)?.places;
      if (places !== undefined && places.size < PLACES_MAX) places.set(`${place.start}:${place.end}`, place);
    },
    relationship: (sourceId: string, targetId: string, type: string, description: string) => {
      if (sourceId === targetId) return;
      const id = relationshipId(sourceId, type, targetId);
      if (!relationships.has(id)) relationships.set(id, { id, sourceId, targetId, type, description });
    },
    finish: (): ChunkKnowledge => {
      const others = Map.groupBy(names.values(), ({ entityId }) => entityId);
      const saidOf = (id: string): Said => ({
        name: entities.get(id)?.name ?? '',
        others: others.get(id) ?? [],
      });
      const said: ChunkSayings = {
        entities: [...entities.values()],
        names: [...names.values()],
        mentions: [...mentions].map(([id, mention]) => closeMention(id, mention, saidOf(id))),
        relationships: [...relationships.values()],
      };
      const sayings = JSON.stringify(said);
      const digest = contentHash(new TextEncoder().encode(sayings));
      return { chunkId, entityIds: [...entities.keys()], digest, sayings };
    },
  };
}

function openMention(): OpenMention {
  return { about: false, type: null, description: null, value: true, keys: new Set(), places: new Map() };
}

function closeMention(entity: string, mention: OpenMention, said: Said): MentionDraft {
  const { about, type, description, value, keys, places } = mention;
  const ordered = [...places.values()].sort((a, b) => a.start - b.start);
  return {
    entityId: entity,
    about,
    type,
    description,
    value,
    places: writePlaces(ordered),
    unplaced: writeUnplaced(said, ordered),
    keys: [...keys].sort(),
  };
}
