/**
 * Moves an installation from one set of engines to another: contents first, then the nodes that refer to them, then
 * edges, then the search indexes with the vectors that are there. Every page is written in one transaction with how
 * far the move is, so that it goes on where it was cut off.
 */

import { Problem } from '../../platform/errors.ts';
import type { ContentStore } from '../../stores/content/content-store.ts';
import type { GraphStore, Statement } from '../../stores/graph/graph-store.ts';
import { indexState } from '../../stores/graph/statements/knowledge.ts';
import {
  CARRIED_EDGES,
  CARRIED_LABELS,
  type CarriedEdge,
  type CarriedLabel,
  countNodes,
  edgesFrom,
  idsAfter,
  type MoveState,
  moveState,
  nodesAfter,
  putEdges,
  putNodes,
  setMoveState,
} from '../../stores/graph/statements/transfer.ts';
import type { VectorStore } from '../../stores/vectors/vector-store.ts';
import { carryContents } from './carry-contents.ts';
import { carryIndexes } from './carry-indexes.ts';
import { compareInstallations, type Difference } from './compare.ts';
import { readyFor } from './ready-for.ts';

export interface Installation {
  readonly graph: GraphStore;
  readonly content: ContentStore;
  readonly vectors: VectorStore;
}

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
  readonly total: (from: Installation) => Promise<number>;
  /** Carries what comes behind `after`; gives how much that was and where to go on, or null at the end. */
  readonly carry: (move: MoveOptions, state: MoveState) => Promise<Carried>;
}

interface Carried {
  readonly count: number;
  readonly after: string | null;
}

/** In this order: nothing is written before what it refers to. */
const STEPS: readonly Step[] = [
  ...CARRIED_LABELS.map(nodeStep),
  ...(Object.keys(CARRIED_EDGES) as CarriedEdge[]).map(edgeStep),
  {
    name: 'search indexes',
    total: (from) => count(from, 'Document'),
    carry: async ({ from, to, signal }, state) => {
      const carried = await carryIndexes({ from, to, after: state.after, signal });
      if (carried.after !== null) await to.graph.write([setMoveState({ ...state, after: carried.after })]);
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
  const total = await step.total(options.from);
  let state = begun;
  let done = 0;
  for (;;) {
    options.signal.throwIfAborted();
    const { count: carried, after } = await step.carry(options, state);
    done += carried;
    options.onProgress({ step: step.name, done, total: Math.max(total, done) });
    if (after === null) return;
    state = { ...state, after };
  }
}

function nodeStep(label: CarriedLabel): Step {
  return {
    name: label,
    total: (from) => count(from, label),
    carry: async ({ from, to, signal }, state) => {
      const nodes = await from.graph.read(nodesAfter(label, state.after, NODES_AT_ONCE), { signal });
      const last = nodes.at(-1);
      if (last === undefined) return { count: 0, after: null };
      await carryContents(from.content, to.content, label, nodes);
      await to.graph.write([putNodes(label, nodes), setMoveState({ ...state, after: last.id })]);
      return { count: nodes.length, after: last.id };
    },
  };
}

function edgeStep(edge: CarriedEdge): Step {
  const label = CARRIED_EDGES[edge];
  return {
    name: edge,
    total: (from) => count(from, label),
    carry: async ({ from, to, signal }, state) => {
      const sources = await from.graph.read(idsAfter(label, state.after, NODES_AT_ONCE), { signal });
      const last = sources.at(-1);
      if (last === undefined) return { count: 0, after: null };
      const edges = await from.graph.read(edgesFrom(edge, sources), { signal });
      const writes: Statement<unknown>[] = [];
      for (let at = 0; at < edges.length; at += EDGES_AT_ONCE)
        writes.push(putEdges(edge, edges.slice(at, at + EDGES_AT_ONCE)));
      for (const write of writes) await to.graph.write([write]);
      await to.graph.write([setMoveState({ ...state, after: last })]);
      return { count: sources.length, after: last };
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
