/**
 * The leader's duty over a mirrored index: a side that has missed changes is brought up from the graph and from the
 * vectors of the other side, as soon as both answer. Cut off anywhere, it begins anew: only at its end is the side noted
 * as having everything.
 */

import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { countLateRemovals } from '../../stores/graph/statements/removals.ts';
import { mirrorStep } from '../../stores/vectors/mirrored/graph-ledger.ts';
import {
  type Mirror,
  type MirrorState,
  otherSide,
  SIDES,
  type SideName,
} from '../../stores/vectors/mirrored/mirror.ts';
import { indexPages } from '../consistency/index-pages.ts';
import { type CheckTools, checkPage } from '../consistency/page.ts';
import { alignIndexes } from './align-indexes.ts';
import { copyIndex } from './copy-index.ts';

const LOOK_EVERY_MS = 1_000;

export interface MirrorKeeperOptions extends CheckTools {
  readonly mirror: Mirror;
  readonly log: Log;
  readonly everyMs?: number;
}

export function createMirrorKeeper(options: MirrorKeeperOptions) {
  return {
    name: 'mirror keeper',
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        await keepMirror(options, signal).catch((error: unknown) => {
          if (!signal.aborted)
            options.log.warn({ error }, 'The mirror of the index could not be seen to now; tried again.');
        });
        await pause(options.everyMs ?? LOOK_EVERY_MS, signal);
      }
    },
  };
}

/** Looks once, and does what there is to do. */
export async function keepMirror(options: MirrorKeeperOptions, signal: AbortSignal): Promise<void> {
  const { mirror } = options;
  if (!SIDES.every((side) => mirror.isUp(side))) return;
  const { behind } = await mirror.ledger.read();
  if (behind === null) await noteUnlike(options);
  else await bringUp(options, behind, signal);
}

/** A side whose server was replaced by another one, or put back to what it was, has another revision. */
export async function noteUnlike({
  mirror,
  exclusive,
  log,
}: Pick<MirrorKeeperOptions, 'mirror' | 'exclusive' | 'log'>): Promise<void> {
  if (!SIDES.every((side) => mirror.isUp(side))) return;
  const { primary, standby } = mirror.sides;
  const revisions = () => Promise.all([primary.revision(), standby.revision()]);
  const [first, second] = await revisions();
  if (first === second) return;
  // Between the two sides of a change they differ as well: nobody makes one now.
  await exclusive(async () => {
    const [ofPrimary, ofStandby] = await revisions();
    if (ofPrimary === ofStandby || (await mirror.ledger.read()).behind !== null) return;
    const behind: SideName = ofPrimary < ofStandby ? 'primary' : 'standby';
    log.warn({ behind, ofPrimary, ofStandby }, 'The sides of the search index are not alike.');
    await mirror.ledger.noteBehind(behind);
  });
}

async function bringUp(options: MirrorKeeperOptions, behind: SideName, signal: AbortSignal): Promise<void> {
  const { mirror, log } = options;
  const [from, to] = [mirror.sides[otherSide(behind)], mirror.sides[behind]];
  const begun = await begin(options, behind);
  if (begun === null) return;
  log.warn({ side: behind }, 'The side of the search index has missed changes and is brought up.');
  // Who notes something else meanwhile ends it.
  const goesOn = async () =>
    !signal.aborted && (await mirror.ledger.read()).epoch === begun.epoch && mirror.isUp(behind);
  const { live, beside } = await from.indexes();
  let copied = 0;
  for (const { name } of beside === null ? [live] : [live, beside]) {
    const more = await copyIndex({ ...options, from, to }, name, goesOn);
    if (more === null) return;
    copied += more;
  }
  const removed = await removeUnknown({ ...options, vectors: to }, goesOn, signal);
  if (removed === null || !(await end(options, behind, begun))) return;
  log.warn({ side: behind, copied, removed }, 'The side of the search index has everything again.');
}

/**
 * From here on changes go to both sides. Nobody has the index meanwhile, and what was put ahead of the graph before is
 * put again: so what the graph has from now on, both sides have, and what it has had is copied.
 */
function begin(options: MirrorKeeperOptions, behind: SideName): Promise<MirrorState | null> {
  const { mirror, exclusive } = options;
  return exclusive(async ({ graph }) => {
    const now = await mirror.ledger.read();
    if (now.behind !== behind) return null;
    await alignIndexes(mirror.sides[otherSide(behind)], mirror.sides[behind]);
    const filling = { ...now, behind, isFilling: true };
    const [, rows] = await graph.write([countLateRemovals(), mirrorStep(now, filling)]);
    return rows?.length === 1 ? { ...filling, epoch: now.epoch + 1 } : null;
  });
}

function end(options: MirrorKeeperOptions, behind: SideName, begun: MirrorState): Promise<boolean> {
  const { mirror, exclusive } = options;
  const [from, to] = [mirror.sides[otherSide(behind)], mirror.sides[behind]];
  return exclusive(async ({ graph }) => {
    const { live, beside } = await from.indexes();
    for (const { name } of beside === null ? [live] : [live, beside])
      await to.recordRevision(await from.revision(name), name);
    const repaired = { behind: null, isFilling: false, repairedAt: options.now().toISOString() };
    const [rows] = await graph.write([mirrorStep(begun, repaired)]);
    return rows?.length === 1;
  });
}

/** What was removed while the side was away. Gives how much that was; null where it does not go on. */
async function removeUnknown(
  tools: MirrorKeeperOptions,
  goesOn: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<number | null> {
  let removed = 0;
  for (const tenant of await tools.vectors.tenants())
    for await (const { page } of indexPages(tools, tenant)) {
      if (!(await goesOn())) return null;
      const found = await checkPage(tools, { tenant, mends: true }, page, signal);
      removed += found.filter(({ isMended }) => isMended).length;
    }
  return removed;
}
