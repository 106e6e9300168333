/**
 * What BM25 must know of a tenant's chunks as a whole, or of those of some collections, counted by Qdrant. Kept for a moment, so that a question of
 * ten words does not count ten words anew each time; forgotten as soon as this process changes the tenant.
 */

import { LRUCache } from 'lru-cache';
import type { Boundary } from '../../../model/filter.ts';
import { rarityOf } from '../bm25.ts';
import { boundaryConditions, type Condition } from './boundary-filter.ts';
import type { QdrantConnection } from './connection.ts';
import { FIELDS } from './fields.ts';

/** What other processes changed counts after this, in ms. */
const KEPT_MS_MAX = 5_000;
const TENANTS_MAX = 1_000;
/** Sets of collections of a tenant that readers are bound to. */
const SCOPES_MAX = 100;
const TERMS_MAX = 10_000;

export interface Corpus {
  readonly chunks: number;
  /** In terms. */
  readonly averageLength: number;
}

/** The whole tenant, or collections of it. */
export type CorpusScope = Pick<Boundary, 'tenant' | 'collectionIds'>;

export interface CorpusStatistics {
  corpus(scope: CorpusScope): Promise<Corpus>;
  /** How much each of these terms tells, in the order asked. */
  rarities(terms: readonly string[], scope: CorpusScope): Promise<readonly number[]>;
  forget(tenant: string): void;
}

interface Kept {
  corpus: Promise<Corpus> | null;
  readonly holding: LRUCache<string, Promise<number>>;
}

export function corpusStatistics(qdrant: QdrantConnection, collection: string): CorpusStatistics {
  const tenants = new LRUCache<string, LRUCache<string, Kept>>({ max: TENANTS_MAX, ttl: KEPT_MS_MAX });
  const keptOf = ({ tenant, collectionIds }: CorpusScope): Kept => {
    const scopes = tenants.get(tenant) ?? new LRUCache<string, Kept>({ max: SCOPES_MAX, ttl: KEPT_MS_MAX });
    if (!tenants.has(tenant)) tenants.set(tenant, scopes);
    const key = JSON.stringify(collectionIds ?? null);
    const kept = scopes.get(key) ?? { corpus: null, holding: new LRUCache({ max: TERMS_MAX }) };
    if (!scopes.has(key)) scopes.set(key, kept);
    return kept;
  };

  /** Failures are not kept. Takes no signal: what callers share, none of them may end. */
  const corpus = (scope: CorpusScope) => {
    const kept = keptOf(scope);
    kept.corpus ??= countCorpus(qdrant, collection, conditionsOf(scope)).catch((error: unknown) => {
      kept.corpus = null;
      throw error;
    });
    return kept.corpus;
  };
  const holding = (term: string, scope: CorpusScope) => {
    const kept = keptOf(scope);
    const known = kept.holding.get(term);
    if (known !== undefined) return known;
    const counted = countTerm(qdrant, collection, term, conditionsOf(scope)).catch((error: unknown) => {
      kept.holding.delete(term);
      throw error;
    });
    kept.holding.set(term, counted);
    return counted;
  };

  return {
    corpus,
    rarities: async (terms, scope) => {
      const [{ chunks }, counts] = await Promise.all([
        corpus(scope),
        Promise.all(terms.map((term) => holding(term, scope))),
      ]);
      return counts.map((count) => rarityOf(count, chunks));
    },
    forget: (tenant) => {
      tenants.delete(tenant);
    },
  };
}

/**
 * The number of a chunk's terms is indexed as the powers of two that add up to it, and 0: a dozen exact counts give
 * the sum over all chunks, and how many there are, without looking at any.
 */
export function lengthParts(length: number): readonly number[] {
  const parts = [0];
  for (let power = 1; power <= length; power *= 2)
    if (Math.floor(length / power) % 2 === 1) parts.push(power);
  return parts;
}

/** Nobody asks of no collection at all: that finds nothing. */
function conditionsOf({ tenant, collectionIds }: CorpusScope): readonly Condition[] {
  return boundaryConditions({ tenant, ...(collectionIds === undefined ? {} : { collectionIds }) }) ?? [];
}

async function countCorpus(
  qdrant: QdrantConnection,
  collection: string,
  conditions: readonly Condition[],
): Promise<Corpus> {
  const { hits } = await qdrant.ask((api, init) =>
    api.facet(
      {
        collection_name: collection,
        key: FIELDS.length,
        filter: { must: [...conditions] },
        exact: true,
        limit: 64,
      },
      init,
    ),
  );
  const chunks = hits.find(({ value }) => value === 0)?.count ?? 0;
  const terms = hits.reduce((sum, { value, count }) => sum + Number(value) * count, 0);
  return { chunks, averageLength: terms / Math.max(1, chunks) };
}

async function countTerm(
  qdrant: QdrantConnection,
  collection: string,
  term: string,
  conditions: readonly Condition[],
): Promise<number> {
  const filter = { must: [...conditions, { key: FIELDS.words, match: { text: term } }] };
  const { count } = await qdrant.ask((api, init) =>
    api.countPoints({ collection_name: collection, filter, exact: true }, init),
  );
  return count;
}
