/**
 * Reads a view of a graph that others wait for into a file, as fast as it is given, and lets go of it. What takes long,
 * sealing and sending, is done from the file.
 */

import type { GraphSnapshot } from '../../stores/graph/graph-store.ts';
import {
  CARRIED_EDGES,
  type CarriedEdge,
  type CarriedLabel,
  edgesFrom,
  nodesAfter,
} from '../../stores/graph/statements/transfer.ts';
import { createSpoolFile, type SpoolFile } from './spool-file.ts';

export interface SpoolOptions {
  readonly path: string;
  /** Those that are needed; edges come with the label that they start from. */
  readonly labels: readonly CarriedLabel[];
  readonly signal: AbortSignal;
}

/** Nodes in one answer: more are no faster, and fewer wait for the way there and back. */
const NODES_AT_ONCE = 2_000;

/** To be closed by whoever asked for it. Rejects where what was read may not be of one revision. */
export async function spool(snapshot: GraphSnapshot, options: SpoolOptions): Promise<SpoolFile> {
  const file = createSpoolFile(options.path, options.labels);
  try {
    for (const label of options.labels) await spoolLabel(snapshot, label, file, options.signal);
    await snapshot.confirm();
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** While a page is written to the file, the server already works on the next. */
async function spoolLabel(
  snapshot: GraphSnapshot,
  label: CarriedLabel,
  file: SpoolFile,
  signal: AbortSignal,
): Promise<void> {
  const nodesBehind = (id: string) => begun(snapshot.read(nodesAfter(label, id, NODES_AT_ONCE), { signal }));
  for (let next = nodesBehind(''); ; ) {
    const nodes = await next;
    const last = nodes.at(-1);
    if (last === undefined) return;
    const ids = nodes.map(({ id }) => id);
    const edges = edgesOf(label).map(
      (edge) => [edge, begun(snapshot.read(edgesFrom(edge, ids), { signal }))] as const,
    );
    next = nodesBehind(last.id);
    file.addNodes(label, nodes);
    for (const [edge, relations] of edges) file.addEdges(edge, await relations);
  }
}

function edgesOf(label: CarriedLabel): readonly CarriedEdge[] {
  return (Object.keys(CARRIED_EDGES) as CarriedEdge[]).filter((edge) => CARRIED_EDGES[edge] === label);
}

/** One that fails before it is awaited is not left unheard. */
function begun<Value>(work: Promise<Value>): Promise<Value> {
  work.catch(() => undefined);
  return work;
}
