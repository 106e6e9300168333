/**
 * Two indexes side by side, whatever engine holds them: which one answers, how another one comes beside it, and how
 * they change places. An engine gives single indexes and one record of both names, which it replaces in one step.
 */

import { type EmbedderIdentity, isSameEmbedder } from '../../model/embedding.ts';
import { Problem } from '../../platform/errors.ts';
import type { Indexes, IndexInfo, VectorIndex, VectorStore } from './vector-store.ts';

/** The names of both. They end in a number, of which no two are ever the same. */
export interface IndexPlaces {
  readonly live: string;
  readonly beside: string | null;
}

export interface OpenIndex extends VectorIndex {
  /** Whose vectors are there or will be. */
  readonly embedder: EmbedderIdentity | null;
  /** Notes that it is for vectors of its embedder, before there are any. */
  claim(): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export interface IndexEngine {
  /** Makes sure that there is an index that answers. */
  start(embedder: EmbedderIdentity | null): Promise<void>;
  places(): Promise<IndexPlaces>;
  /** Replaces both names in one step. */
  setPlaces(places: IndexPlaces): Promise<void>;
  /** How long they may be believed without looking again, in ms. */
  readonly placesKeptMs: number;
  /** Makes an empty index that can hold vectors of `embedder`. */
  makeIndex(name: string, embedder: EmbedderIdentity): Promise<void>;
  /** Opens an index; one that is not filled yet is for vectors of `embedder`. */
  openIndex(name: string, embedder: EmbedderIdentity | null): Promise<OpenIndex>;
  /** Removes an index that nobody has open here. Idempotent. */
  removeIndex(name: string): Promise<void>;
  nameOf(number: number): string;
  close(): Promise<void>;
}

export type TwoIndexes = Omit<VectorStore, 'health'>;

export function createTwoIndexes(engine: IndexEngine): TwoIndexes {
  const opened = new Map<string, Promise<OpenIndex>>();
  let wanted: EmbedderIdentity | null = null;
  let known: { readonly places: IndexPlaces; readonly at: number; readonly turn: number } | null = null;
  /** Looks and changes, counted as they begin and as they are made. */
  let turns = 0;
  let isOpen = false;
  /** Not one of both yet. */
  let prepared: string | null = null;

  const openIndex = (name: string, embedder: EmbedderIdentity | null = wanted): Promise<OpenIndex> => {
    const index = opened.get(name) ?? engine.openIndex(name, embedder);
    opened.set(name, index);
    index.catch(() => opened.delete(name));
    return index;
  };
  const closeIndex = async (name: string): Promise<void> => {
    const index = opened.get(name);
    opened.delete(name);
    await (await index?.catch(() => undefined))?.close();
  };
  /** A look that began before what is known by now may have read what has changed since: it says nothing. */
  const remember = async (places: IndexPlaces, turn: number): Promise<IndexPlaces> => {
    if (known !== null && turn < known.turn) return known.places;
    known = { places, at: performance.now(), turn };
    const kept = [places.live, places.beside, prepared];
    const gone = [...opened.keys()].filter((name) => !kept.includes(name));
    await Promise.all(gone.map(closeIndex));
    return places;
  };
  const look = async (): Promise<IndexPlaces> => {
    if (!isOpen)
      throw new Problem(
        'UNAVAILABLE',
        'The search indexes are not open. Try again once Trellis has started.',
      );
    const turn = ++turns;
    return remember(await engine.places(), turn);
  };
  const places = async (): Promise<IndexPlaces> =>
    isOpen && known !== null && performance.now() - known.at < engine.placesKeptMs ? known.places : look();
  const change = async (to: IndexPlaces): Promise<void> => {
    await engine.setPlaces(to);
    await remember(to, ++turns);
  };
  const at = async (name?: string): Promise<OpenIndex> => {
    const { live, beside } = await places();
    if (name === undefined || name === live) return openIndex(live);
    if (name === beside) return openIndex(name);
    const again = await look();
    if (name === again.live || name === again.beside) return openIndex(name);
    throw new Problem('UNAVAILABLE', `The index ${name} is gone; another one has its place. Try again.`);
  };
  const infoOf = async (name: string): Promise<IndexInfo> => ({
    name,
    embedder: (await openIndex(name)).embedder,
  });
  const indexes = async (): Promise<Indexes> => {
    const { live, beside } = await look();
    return { live: await infoOf(live), beside: beside === null ? null : await infoOf(beside) };
  };
  const dropIndex = async (name: string): Promise<void> => {
    const { live, beside } = await look();
    if (name === live)
      throw new Problem('CONFLICT', `The index ${name} answers, and cannot be dropped. Switch first.`);
    if (name === beside) await change({ live, beside: null });
    await engine.removeIndex(name);
  };

  return {
    open: async (embedder) => {
      wanted = embedder;
      await engine.start(embedder);
      isOpen = true;
      try {
        const { live } = await look();
        await openIndex(live);
      } catch (error) {
        isOpen = false;
        throw error;
      }
    },
    apply: async (changes, index) => (await at(index)).apply(changes),
    searchDense: async (queries, boundary, signal, index) =>
      (await at(index)).searchDense(queries, boundary, signal),
    searchKeyword: async (...given) => (await at()).searchKeyword(...given),
    countPhrases: async (...given) => (await at()).countPhrases(...given),
    matching: async (...given) => (await at()).matching(...given),
    vectors: async (chunkIds, tenant, index) => (await at(index)).vectors(chunkIds, tenant),
    missingVectors: async (page, index) => (await at(index)).missingVectors(page),
    examine: async (tenant, expected, index) => (await at(index)).examine(tenant, expected),
    held: async (tenant, page, index) => (await at(index)).held(tenant, page),
    tenants: async (index) => (await at(index)).tenants(),
    size: async (index) => (await at(index)).size(),
    revision: async (index) => (await at(index)).revision(),
    recordRevision: async (revision, index) => (await at(index)).recordRevision(revision),
    current: async () => infoOf((await places()).live),
    indexes,
    prepareIndex: async (embedder, given) => {
      const { live, beside } = await indexes();
      const isWanted = given === undefined || given === beside?.name;
      if (beside !== null && isWanted && isSameEmbedder(beside.embedder, embedder)) return beside;
      if (given === live.name)
        throw new Problem('CONFLICT', `The index ${given} answers, and cannot be made anew. Switch first.`);
      if (beside !== null) await dropIndex(beside.name);
      const number = 1 + Math.max(numberOf(live.name), numberOf(beside?.name ?? ''));
      const name = given ?? engine.nameOf(number);
      // What a crash left of an earlier try.
      await engine.removeIndex(name);
      prepared = name;
      await engine.makeIndex(name, embedder);
      const index = await openIndex(name, embedder);
      await index.claim();
      await change({ live: live.name, beside: name });
      prepared = null;
      return { name, embedder };
    },
    switchTo: async (name) => {
      const { live, beside } = await look();
      if (name === live) return;
      if (name !== beside)
        throw new Problem('CONFLICT', `There is no index ${name} beside ${live} to switch to.`);
      await change({ live: name, beside: live });
    },
    dropIndex,
    close: async () => {
      isOpen = false;
      known = null;
      await Promise.all([...opened.keys()].map(closeIndex));
      await engine.close();
    },
  };
}

function numberOf(name: string): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
}
