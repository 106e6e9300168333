/**
 * What the index remembers of itself, in one point of its own: whose vectors it holds and up to which revision of
 * the graph it is complete. The first embedder to fill it is the only one: another one fills another index.
 */

import { type EmbedderIdentity, embedderName, isSameEmbedder } from '../../../model/embedding.ts';
import { Problem } from '../../../platform/errors.ts';
import type { IndexedChunk } from '../indexed.ts';
import type { QdrantConnection } from './connection.ts';
import { FIELDS } from './fields.ts';
import { pointId } from './point-id.ts';

const POINT = pointId('settings', '', '');

export interface Settings {
  readonly revision: number;
  readonly embedder: EmbedderIdentity | null;
  /** Chunks came while no embedder was configured. */
  readonly withoutVectors: boolean;
}

export interface SettingsPoint {
  read(): Promise<Settings>;
  write(changes: Partial<Settings>): Promise<void>;
}

export function settingsPoint(qdrant: QdrantConnection, collection: string): SettingsPoint {
  return {
    read: async () => {
      const [point] = await qdrant.ask((api, init) =>
        api.getPoints({ collection_name: collection, ids: [POINT], with_payload: true }, init),
      );
      return settingsOf({ ...point?.payload });
    },
    write: async (changes) => {
      const points = [{ id: POINT, vector: {}, payload: { [FIELDS.kind]: 'settings' } }];
      await qdrant.ask((api, init) =>
        api.upsertPoints(
          { collection_name: collection, wait: true, points, update_mode: 'insert_only' },
          init,
        ),
      );
      // Key by key, so that processes which write different ones do not undo each other.
      await qdrant.ask((api, init) =>
        api.setPayload(
          { collection_name: collection, wait: true, payload: { ...changes }, points: [POINT] },
          init,
        ),
      );
    },
  };
}

function settingsOf(payload: Readonly<Record<string, unknown>>): Settings {
  const { revision, embedder, withoutVectors } = payload;
  return {
    revision: typeof revision === 'number' ? revision : 0,
    embedder: isIdentity(embedder) ? embedder : null,
    withoutVectors: withoutVectors === true,
  };
}

function isIdentity(value: unknown): value is EmbedderIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'fingerprint' in value &&
    typeof value.fingerprint === 'string' &&
    'dimensions' in value &&
    typeof value.dimensions === 'number'
  );
}

export interface EmbedderNotes {
  /** Whose vectors are there or will be; null as long as there is no embedder. */
  readonly identity: EmbedderIdentity | null;
  /** Notes that vectors of `identity` are to come. */
  claim(): Promise<void>;
  /** To be called before chunks are added. */
  noteChunks(chunks: readonly IndexedChunk[]): Promise<void>;
}

/** Two processes that begin with different settings on an empty index: the second one must not mix its vectors in. */
function filledByAnother(filledBy: EmbedderIdentity, ours: EmbedderIdentity): Problem {
  return new Problem(
    'EMBEDDER_MISMATCH',
    `Another process has filled the index by ${embedderName(filledBy)} meanwhile; this one has ${embedderName(ours)}. Give all processes the same TRELLIS_EMBEDDER settings, and restart this one.`,
  );
}

export async function embedderNotes(
  settings: SettingsPoint,
  embedder: EmbedderIdentity | null,
): Promise<EmbedderNotes> {
  const { embedder: filledBy, withoutVectors } = await settings.read();
  // What was indexed without an embedder has no vectors yet: the index counts as empty and is rebuilt.
  if (embedder !== null && withoutVectors) await settings.write({ revision: 0, withoutVectors: false });
  const identity = filledBy ?? embedder;
  let noted = filledBy !== null;
  let notedWithout = false;
  const claim = async () => {
    if (noted || identity === null) return;
    const { embedder: meanwhile } = await settings.read();
    if (meanwhile !== null && !isSameEmbedder(meanwhile, identity))
      throw filledByAnother(meanwhile, identity);
    await settings.write({ embedder: identity });
    noted = true;
  };

  return {
    identity,
    claim,
    noteChunks: async (chunks) => {
      if (chunks.length === 0) return;
      if (embedder === null && !notedWithout) {
        await settings.write({ withoutVectors: true });
        notedWithout = true;
      }
      if (chunks.some(({ vector }) => vector !== null)) await claim();
    },
  };
}
