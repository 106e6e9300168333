/**
 * Where the parts and the engines of a scenario are. `SCENARIOS_APART` says it: not set, all of it in this process;
 * `gateway`, the gateway in a process of its own; `parts`, every part in one of its own, on Neo4j and Redis. Vectors are
 * then on the Qdrant that `QDRANT_URL` names; without one they are embedded, and the parts that touch them share a process.
 */

import { QDRANT, qdrantSettings } from '../servers/qdrant.ts';
import { startRedis } from '../servers/redis.ts';
import { borrowGraph } from '../servers/test-graph.ts';
import { EACH_APART, type Placement, ROOMS_TOGETHER } from './apart.ts';

export const APART = readApart(process.env.SCENARIOS_APART);

export interface Engines {
  readonly settings: Readonly<Record<string, string>>;
  readonly placement: Placement;
  giveBack(): Promise<void>;
}

/** Empty ones for the installation in `directory`. */
export async function borrowEngines(directory: string): Promise<Engines> {
  const graph = await borrowGraph(directory);
  if (APART !== 'parts')
    return { settings: graph.settings, placement: ROOMS_TOGETHER, giveBack: async () => graph.giveBack() };
  const redis = await startRedis();
  const settings = { ...graph.settings, TRELLIS_REDIS_URL: redis.url, TRELLIS_CONTENT: 'folder' };
  return {
    settings: { ...settings, ...(await qdrantSettings()) },
    placement: PARTS_APART,
    giveBack: async () => {
      await redis.close();
      graph.giveBack();
    },
  };
}

const PARTS_APART: Placement =
  QDRANT === null ? [['traversal'], ['documents', 'retrieval', 'admin', 'worker']] : EACH_APART;

function readApart(text: string | undefined): 'gateway' | 'parts' | null {
  if (text === undefined || text === 'gateway' || text === 'parts') return text ?? null;
  throw new Error(`SCENARIOS_APART is "${text}"; it may be "gateway" or "parts"`);
}
