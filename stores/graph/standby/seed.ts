/** Fills the standby with all that the primary has, page by page, while nobody writes. */

import { randomUUID } from 'node:crypto';
import { Problem } from '../../../platform/errors.ts';
import { INDEXES } from '../statements/schema.ts';
import {
  advanceRevision,
  checkEpoch,
  loggedAfter,
  logWrite,
  removeSome,
  setApplied,
} from '../statements/standby.ts';
import {
  CARRIED_EDGES,
  type CarriedEdge,
  countNodes,
  edgesFrom,
  type GraphLabel,
  idsAfter,
  nodesAfter,
  putEdges,
  putNodes,
} from '../statements/transfer.ts';
import type { Epoch } from './epoch.ts';
import { toBody, toParts } from './ship-batch.ts';
import type { Side } from './side.ts';

const NODES_AT_ONCE = 500;
const EDGES_AT_ONCE = 2_000;
/** How long a page may take, in ms. */
const PAGE_MS_MAX = 120_000;
const LABELS = Object.keys(INDEXES) as readonly GraphLabel[];

export interface Seeding {
  readonly from: Side;
  readonly to: Side;
  /** The epoch in which writes wait for it. In any other nothing is done to either server any more. */
  readonly held: Epoch;
  readonly onProgress: (done: number, total: number) => void;
}

/** Leaves the standby with what the primary has, and both without a log. What was on the standby is gone. */
export async function seed({ from, to: standby, held, onProgress }: Seeding): Promise<void> {
  const to = whileHeld(standby, held);
  await to.writeHere([setApplied(null)]);
  for (const label of [...LABELS, 'LoggedWrite'] as const) await removeAll(to, label);
  await removeAll(whileHeld(from, held), 'LoggedWrite');
  const total = await sizeOf(from);
  let done = 0;
  const tell = (count: number) => {
    done += count;
    onProgress(done, Math.max(total, done));
  };
  for (const label of LABELS) await carryNodes(from, to, label, tell);
  for (const edge of Object.keys(CARRIED_EDGES) as CarriedEdge[]) await carryEdges(from, to, edge);
}

/** Where the log of the primary begins, once it is kept again: the standby has everything before that. */
export async function beginBehindLog({ from, to, held }: Omit<Seeding, 'onProgress'>): Promise<void> {
  const [first] = await from.store.read(loggedAfter(-1, 1));
  if (first === undefined)
    throw new Problem('CONFLICT', 'The primary keeps no log yet. Seed the standby again.');
  await whileHeld(to, held).writeHere([setApplied(first.revision - 1)]);
}

/**
 * The server's log begins anew, with nothing in it and behind `least`; gives the revision that whoever has the same as
 * the server goes on from. What was logged when it was the primary before is of no use.
 */
export async function beginLog(side: Side, held: Epoch, least: number): Promise<number> {
  await removeAll(whileHeld(side, held), 'LoggedWrite');
  const rows = await side.store.write([
    stillHeld(held),
    advanceRevision(least),
    logWrite(toParts(randomUUID(), toBody([]))),
  ]);
  return Number(rows.at(-1)?.[0]);
}

/** Nodes of the graph, so as to tell how far a seeding is, and whether it is worth asking somebody. */
export async function sizeOf(side: Side): Promise<number> {
  let sum = 0;
  for (const label of LABELS) {
    const [count = 0] = await side.store.read(countNodes(label));
    sum += count;
  }
  return sum;
}

/**
 * Whoever was held up meanwhile, so that others ended the wait of writes, must neither empty what they filled nor say what
 * is on a server that they fill.
 */
export function whileHeld(side: Side, held: Epoch): Side {
  return {
    ...side,
    writeHere: async (statements, options) =>
      (await side.writeHere([stillHeld(held), ...statements], options)).slice(1),
  };
}

function stillHeld(held: Epoch) {
  return checkEpoch(held, () => {
    throw new Problem('CONFLICT', 'Writes waited for too long, so others had them go on. Begin it again.');
  });
}

async function removeAll(side: Side, label: GraphLabel | 'LoggedWrite'): Promise<void> {
  for (;;) {
    const [[removed] = []] = await side.writeHere([removeSome(label, NODES_AT_ONCE)], {
      timeoutMs: PAGE_MS_MAX,
    });
    if (Number(removed ?? 0) < NODES_AT_ONCE) return;
  }
}

async function carryNodes(
  from: Side,
  to: Side,
  label: GraphLabel,
  tell: (count: number) => void,
): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly { readonly id: string; readonly properties: object }[] = await from.store.read(
      nodesAfter(label, after, NODES_AT_ONCE),
      { timeoutMs: PAGE_MS_MAX },
    );
    const nodes = page as Parameters<typeof putNodes>[1];
    if (nodes.length > 0) await to.writeHere([putNodes(label, nodes)], { timeoutMs: PAGE_MS_MAX });
    tell(nodes.length);
    after = nodes.at(-1)?.id;
  }
}

async function carryEdges(from: Side, to: Side, edge: CarriedEdge): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const sources: readonly string[] = await from.store.read(
      idsAfter(CARRIED_EDGES[edge], after, NODES_AT_ONCE),
      { timeoutMs: PAGE_MS_MAX },
    );
    const edges =
      sources.length === 0 ? [] : await from.store.read(edgesFrom(edge, sources), { timeoutMs: PAGE_MS_MAX });
    for (let at = 0; at < edges.length; at += EDGES_AT_ONCE)
      await to.writeHere([putEdges(edge, edges.slice(at, at + EDGES_AT_ONCE))], { timeoutMs: PAGE_MS_MAX });
    after = sources.at(-1);
  }
}
