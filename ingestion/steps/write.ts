/**
 * Step: make new versions visible. Indexes first, then one graph transaction that is the switch, then what
 * vanished leaves the indexes: a reader who finds a chunk in an index checks it against the graph.
 */

import { Problem } from '../../platform/errors.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import { type ChunkDigest, chunkDigests } from '../../stores/graph/statements/chunks.ts';
import { indexState, setIndexState } from '../../stores/graph/statements/knowledge.ts';
import { putRemovals } from '../../stores/graph/statements/removals.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import type { Alone } from '../exclusive.ts';
import { putMissing, removalsOf, settleRemovals } from '../removals.ts';
import type { ChunkKnowledge } from './gathering.ts';
import { toIndexChange } from './index-change.ts';
import type { NewVersion, VersionChange } from './version.ts';
import { graphChange, pruneStatements } from './version-statements.ts';

export interface WriteStores {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
}

/** What was stored ahead for nothing, or is replaced: chunks that never became visible, documents that are gone. */
export interface Abandoned {
  readonly chunkIds: readonly string[];
  readonly documentIds: readonly string[];
  /** Of contents that may have no user left. */
  readonly hashes: readonly string[];
}

/** What was to be kept has changed since it was looked at: the documents are to be read again. */
export class Overtaken extends Problem {
  constructor() {
    super('CONFLICT', 'The document was changed meanwhile, and is read again.');
  }
}

/** Compares the new versions with what the graph holds. One read. */
export async function compareVersions(
  graph: GraphStore,
  versions: readonly NewVersion[],
): Promise<VersionChange> {
  const stored = await graph.read(chunkDigests(versions.map(({ document }) => document.id)));
  const digests = new Map(stored.map((chunk) => [chunk.chunkId, chunk]));
  const kept = new Set(versions.flatMap(({ chunks }) => chunks.map(({ id }) => id)));
  const all = versions.flatMap((version) =>
    version.chunks.flatMap((chunk, at) => {
      const knowledge = version.knowledge[at];
      return knowledge === undefined ? [] : [{ version, chunk, knowledge }];
    }),
  );
  if (
    all.some(({ chunk, knowledge }) => knowledge.kept && digests.get(chunk.id)?.digest !== knowledge.digest)
  )
    throw new Overtaken();
  return {
    added: all.filter(({ version, chunk }) => version.retitled || !digests.has(chunk.id)),
    rewritten: all
      .filter(({ chunk, knowledge }) => saysElse(digests.get(chunk.id), knowledge))
      .map(({ chunk }) => chunk.id),
    removed: stored.map(({ chunkId }) => chunkId).filter((id) => !kept.has(id)),
    written: all,
    said: all
      .filter(({ chunk, knowledge }) => !knowledge.kept && digests.get(chunk.id)?.digest !== knowledge.digest)
      .map(({ knowledge }) => knowledge),
  };
}

function saysElse(stored: ChunkDigest | undefined, knowledge: ChunkKnowledge): boolean {
  return stored !== undefined && stored.digest !== knowledge.digest;
}

/**
 * Puts what is new into the indexes and the texts into the content store. Nothing of it can be found before the
 * graph knows it, so this may run while an earlier batch is still being written.
 */
export async function writeAhead(
  stores: WriteStores,
  tenant: string,
  ahead: {
    readonly versions: readonly NewVersion[];
    readonly added: VersionChange['added'];
    /** One a chunk of `added`, in order; empty for none. */
    readonly vectors: readonly (Float32Array | null)[];
    readonly index: string;
    readonly texts: Parameters<ContentStore['put']>[0];
  },
): Promise<void> {
  await Promise.all([
    stores.content.put(ahead.texts),
    stores.vectors.apply([toIndexChange(tenant, ahead.versions, ahead.added, ahead.vectors)], ahead.index),
  ]);
}

/**
 * The switch: one graph transaction, behind {@link writeAhead}. `beside` is done in the same transaction. Then what
 * vanished, and what was stored ahead for nothing (`abandoned`), leaves the other stores.
 */
export async function writeVersions(
  stores: WriteStores & Alone,
  tenant: string,
  write: {
    readonly versions: readonly NewVersion[];
    readonly change: VersionChange;
    readonly abandoned: Abandoned;
    readonly beside: readonly Statement<unknown>[];
    /** What the documents hold, to be there when they refer to it. */
    readonly contents: Parameters<ContentStore['put']>[0];
  },
): Promise<void> {
  const { versions, change, abandoned, beside, contents } = write;
  // Put ahead, they may have been removed since, with the last document that held the same.
  await putMissing(stores.content, contents);
  const loosened = [...change.removed, ...change.rewritten];
  const [[last = 0], reached, prune] = await Promise.all([
    stores.graph.read(indexState()),
    stores.vectors.revision(),
    pruneStatements(stores.graph, loosened),
  ]);
  // Indexes that are behind stay so until they are rebuilt: this batch does not make them whole.
  if (reached >= last) await stores.vectors.recordRevision(last + 1);
  const removals = removalsOf(tenant, {
    CHUNK: [...change.removed, ...abandoned.chunkIds],
    DOCUMENT: abandoned.documentIds,
    CONTENT: abandoned.hashes,
  });
  await stores.graph.write({
    *[Symbol.iterator]() {
      yield* beside;
      yield* graphChange(tenant, versions, change, prune);
      yield setIndexState(last + 1);
      if (removals.length > 0) yield putRemovals(removals);
    },
  });
  await settleRemovals(stores, removals);
}
