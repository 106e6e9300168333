/** A few questions with their answers, kept in the manifest: what comes back from a restore must answer them the same. */

import type { BackupScope } from '../../model/backup.ts';
import { CARRIED_EDGES } from '../../stores/graph/statements/transfer.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { createSummary, edgeLine, type Summing } from '../move/summary.ts';
import type { GraphView } from './graph-view.ts';
import type { GoldenQuery, Neighbourhood } from './manifest.ts';
import { hasDocument, type ScopeFilter } from './scope.ts';

const QUERIES = 8;
const HITS = 10;
const NEIGHBOURHOODS = 20;
/** Sums of floating point numbers may be added up in another order. */
const SCORE_TOLERANCE = 1e-6;

/** Titles of documents, asked of the keyword index while nobody changes it. */
export async function askGolden(
  graph: GraphView,
  vectors: Pick<VectorStore, 'searchKeyword'>,
  scope: BackupScope,
): Promise<readonly GoldenQuery[]> {
  // Words are weighed by the whole tenant, of which a collection is a part.
  if (scope.kind === 'COLLECTION') return [];
  const golden: GoldenQuery[] = [];
  for await (const nodes of graph.sampled('Document')) {
    for (const { properties } of nodes) {
      if (!hasDocument(scope, properties)) continue;
      if (golden.length === QUERIES) return golden;
      const { tenant, title } = properties;
      golden.push(await ask(vectors, String(tenant), String(title)));
    }
  }
  return golden;
}

async function ask(
  vectors: Pick<VectorStore, 'searchKeyword'>,
  tenant: string,
  text: string,
): Promise<GoldenQuery> {
  const [hits = []] = await vectors.searchKeyword([{ text, limit: HITS }], { tenant });
  return { tenant, text, hits: hits.map(({ chunkId, score }) => ({ chunkId, score })) };
}

/** Those that are answered otherwise now. */
export async function differingGolden(
  vectors: Pick<VectorStore, 'searchKeyword'>,
  golden: readonly GoldenQuery[],
): Promise<readonly GoldenQuery[]> {
  const differing: GoldenQuery[] = [];
  for (const query of golden) {
    const { hits } = await ask(vectors, query.tenant, query.text);
    if (!areSame(hits, query.hits)) differing.push(query);
  }
  return differing;
}

function areSame(now: GoldenQuery['hits'], then: GoldenQuery['hits']): boolean {
  if (now.length !== then.length) return false;
  return then.every((hit, at) => {
    const found = now[at];
    return (
      found?.chunkId === hit.chunkId &&
      Math.abs(found.score - hit.score) <= SCORE_TOLERANCE * Math.max(1, Math.abs(hit.score))
    );
  });
}

export async function sampleNeighbourhoods(
  graph: GraphView,
  filter: ScopeFilter,
): Promise<readonly Neighbourhood[]> {
  const sampled: Neighbourhood[] = [];
  for await (const nodes of graph.sampled(CARRIED_EDGES.RELATES)) {
    for (const { id, properties } of nodes) {
      if (!filter.hasNode('Entity', properties)) continue;
      if (sampled.length === NEIGHBOURHOODS) return sampled;
      sampled.push({ entityId: id, checksum: await checksumOf(graph, id, filter) });
    }
  }
  return sampled;
}

/** Entities that others are around now. Of a graph that holds nothing outside the backup's scope. */
export async function differingNeighbourhoods(
  graph: GraphView,
  sampled: readonly Neighbourhood[],
  createSumming: () => Summing,
): Promise<readonly Neighbourhood[]> {
  const differing: Neighbourhood[] = [];
  for (const neighbourhood of sampled) {
    const now = await checksumOf(graph, neighbourhood.entityId, EVERYTHING, createSumming);
    if (now !== neighbourhood.checksum) differing.push(neighbourhood);
  }
  return differing;
}

const EVERYTHING = { hasEdge: () => true };

async function checksumOf(
  graph: GraphView,
  entityId: string,
  filter: Pick<ScopeFilter, 'hasEdge'>,
  createSumming: () => Summing = createSummary,
): Promise<string> {
  const summary = createSumming();
  const edges = await graph.edgesFrom('RELATES', [entityId]);
  const lines = edges.filter((relation) => filter.hasEdge('RELATES', relation)).map(edgeLine);
  for (const line of lines.toSorted()) summary.add(line);
  return summary.end().checksum;
}
