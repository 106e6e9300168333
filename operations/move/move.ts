/**
 * Moves an installation from one set of engines to another: contents first, then the nodes that refer to them, then
 * edges, then the search indexes with the vectors that are there. Every page is written in one transaction with how
 * far the move is, so that it goes on where it was cut off.
 */

import { Problem } from '../../platform/errors.ts';
import type { Statement } from '../../stores/graph/graph-store.ts';
import { createIdCursor, type IdCursor } from '../../stores/graph/id-cursor.ts';
import { indexState } from '../../stores/graph/statements/knowledge.ts';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
  countNodes,
  edgesFrom,
  type MoveState,
  moveState,
  nodesByIds,
  putEdges,
  putNodes,
  setMoveState,
} from '../../stores/graph/statements/transfer.ts';
import { carryContents } from './carry-contents.ts';
import { carryIndexes } from './carry-indexes.ts';
import { compareInstallations, type Difference } from './compare.ts';
import type { Installation } from './installation.ts';
import { readyFor } from './ready-for.ts';

export interface MoveOptions {
  /** What is moved, in words, such as the settings' names of its engines: a move is only resumed for the same. */
  readonly name: string;
  readonly from: Installation;
  readonly to: Installation;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: MoveProgress) => void;
}

export interface MoveProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export interface MoveReport {
  readonly nodes: Readonly<Record<CarriedLabel, number>>;
  /** Whether an earlier move was taken up. */
  readonly resumed: boolean;
  /** Empty where both installations are the same. */
  readonly differences: readonly Difference[];
}

/** Nodes in one transaction. */
const NODES_AT_ONCE = 500;
/** Edges in one transaction. */
const EDGES_AT_ONCE = 2_000;

interface Step {
  readonly name: string;
  /** What it goes along, by id. */
  readonly label: CarriedLabel;
  /** Carries these; gives how much that was. */
  readonly carry: (move: MoveOptions, ids: readonly string[], state: MoveState) => Promise<number>;
}

/** In this order: nothing is written before what it refers to. */
const STEPS: readonly Step[] = [
  ...CARRIED_LABELS.map(nodeStep),
  ...(Object.keys(CARRIED_EDGES) as CarriedEdge[]).map(edgeStep),
  {
    name: 'search indexes',
    label: 'Document',
    carry: async ({ from, to, signal }, ids, state) => {
      const carried = await carryIndexes({ from, to, ids, signal });
      await to.graph.write([setMoveState(state)]);
      return carried;
    },
  },
];

/**
 * Moves everything, then compares both sides. Rejects with CONFLICT when the destination holds something else, or when
 * the source changed since the move began: nothing may use either side while they are moved.
 */
export async function moveInstallation(options: MoveOptions): Promise<MoveReport> {
  const { from, to, signal } = options;
  const begun = await begin(options);
  let state = begun.state;
  while (state.step < STEPS.length) {
    const step = STEPS[state.step] as Step;
    await runStep(options, step, state);
    state = { ...state, step: state.step + 1, after: '' };
    await to.graph.write([setMoveState(state)]);
  }
  await completeIndexes(options);
  await requireUnchanged(from, state.revision);
  const differences = await compareInstallations(from, to, {
    signal,
    onProgress: (done, total) => options.onProgress({ step: 'comparing', done, total }),
  });
  const counts = await Promise.all(
    CARRIED_LABELS.map(async (label) => [label, await count(to, label)] as const),
  );
  return {
    nodes: Object.fromEntries(counts) as Record<CarriedLabel, number>,
    resumed: begun.resumed,
    differences,
  };
}

async function begin({ name, from, to }: MoveOptions) {
  const revision = await from.graph.revision();
  const [earlier] = await to.graph.read(moveState());
  if (earlier === undefined) {
    const ready = await readyFor('Move', to.graph);
    const state: MoveState = { source: name, revision, step: 0, after: '' };
    await to.graph.write([...ready, setMoveState(state)]);
    return { state, resumed: false };
  }
  if (earlier.source !== name) {
    throw new Problem(
      'CONFLICT',
      `The destination is in the middle of another move, of "${earlier.source}". Finish that one, or choose an empty destination.`,
    );
  }
  await requireUnchanged(from, earlier.revision);
  return { state: earlier, resumed: true };
}

async function requireUnchanged(from: Installation, revision: number): Promise<void> {
  if ((await from.graph.revision()) === revision) return;
  throw new Problem(
    'CONFLICT',
    'The source has been written to since the move began. Stop everything that uses it, empty the destination, and begin again.',
  );
}

async function runStep(options: MoveOptions, step: Step, begun: MoveState): Promise<void> {
  const { from, signal, onProgress } = options;
  const total = await count(from, step.label);
  const cursor: IdCursor = createIdCursor(from.graph, step.label);
  let done = 0;
  for (let after: string | undefined = begun.after; after !== undefined; ) {
    signal.throwIfAborted();
    const ids: readonly string[] = await cursor.behind(after, NODES_AT_ONCE, { signal });
    after = ids.at(-1);
    if (after !== undefined) done += await step.carry(options, ids, { ...begun, after });
    onProgress({ step: step.name, done, total: Math.max(total, done) });
  }
}

function nodeStep(label: CarriedLabel): Step {
  return {
    ...{ name: label, label },
    carry: async ({ from, to, signal }, ids, state) => {
      const nodes = await from.graph.read(nodesByIds(label, ids), { signal });
      await carryContents(from.content, to.content, label, nodes);
      await to.graph.write([putNodes(label, nodes), setMoveState(state)]);
      return nodes.length;
    },
  };
}

function edgeStep(edge: CarriedEdge): Step {
  return {
    ...{ name: edge, label: CARRIED_EDGES[edge] },
    carry: async ({ from, to, signal }, sources, state) => {
      const edges = await from.graph.read(edgesFrom(edge, sources), { signal });
      const writes: Statement<unknown>[] = [];
      for (let at = 0; at < edges.length; at += EDGES_AT_ONCE)
        writes.push(putEdges(edge, edges.slice(at, at + EDGES_AT_ONCE)));
      for (const write of writes) await to.graph.write([write]);
      await to.graph.write([setMoveState(state)]);
      return sources.length;
    },
  };
}

/** The indexes are as far as the source's were; where those lagged behind, the next start rebuilds them. */
async function completeIndexes({ from, to }: MoveOptions): Promise<void> {
  const [[wanted = 0], reached] = await Promise.all([from.graph.read(indexState()), from.vectors.revision()]);
  if (reached >= wanted) await to.vectors.recordRevision(wanted);
}

async function count({ graph }: Installation, label: CarriedLabel): Promise<number> {
  const [found = 0] = await graph.read(countNodes(label));
  return found;
}
