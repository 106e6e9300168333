/**
 * The graph of a test's installation: embedded in its folder, or, with `TEST_GRAPH=bolt` and where every part is apart,
 * on a real Neo4j, where each folder that is in use has a server of its own.
 */

import { join } from 'node:path';
import type { Log } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { boltStore, emptyGraph } from './bolt-graph.ts';
import { type BoltServer, borrowNeo4j, startNeo4j } from './neo4j.ts';

/** Whether tests that bring no graph of their own run on a server. */
const GRAPH_ON_SERVER = process.env.TEST_GRAPH === 'bolt' || process.env.SCENARIOS_APART === 'parts';

/** A server with the folder whose graph it holds, and how many stores are open on it. */
interface Place {
  readonly server: BoltServer;
  directory: string;
  open: number;
}

const places: Place[] = [];

/** A store for the installation in `directory`, empty where that is new; not yet open. */
export async function createTestGraph(directory: string, log: Log): Promise<GraphStore> {
  if (!GRAPH_ON_SERVER) return createEmbeddedGraphStore({ directory: join(directory, 'graph'), log });
  const place = await placeFor(directory);
  place.open += 1;
  const store = boltStore(place.server, { log });
  let closed = false;
  return {
    ...store,
    close: async () => {
      if (!closed) place.open -= 1;
      closed = true;
      await store.close();
    },
  };
}

/** The settings of an installation in `directory` whose graph that is; empty where it is embedded. */
export async function borrowGraph(directory: string) {
  if (!GRAPH_ON_SERVER) return { settings: {}, giveBack: () => undefined };
  const place = await placeFor(directory);
  const { url, user, password } = place.server;
  place.open += 1;
  return {
    settings: {
      TRELLIS_GRAPH: 'bolt',
      TRELLIS_GRAPH_URL: url,
      TRELLIS_GRAPH_USER: user,
      TRELLIS_GRAPH_PASSWORD: password,
    },
    giveBack: () => {
      place.open -= 1;
    },
  };
}

async function placeFor(directory: string): Promise<Place> {
  const known = places.find((place) => place.directory === directory);
  if (known !== undefined) return known;
  const place = places.find(({ open }) => open === 0) ?? (await openPlace());
  place.directory = directory;
  await emptyGraph(place.server);
  return place;
}

/** The first is the run's; one more is started for who needs two graphs at once, and ends with this process. */
async function openPlace(): Promise<Place> {
  const server = places.length === 0 ? await borrowNeo4j() : await startNeo4j();
  const place = { server, directory: '', open: 0 };
  places.push(place);
  return place;
}
