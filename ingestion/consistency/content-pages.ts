/** Contents that nothing refers to, and those whose bytes are not what their hash says. */

import { createHash } from 'node:crypto';
import type { Fault } from '../../model/consistency.ts';
import type { ContentStore, StoredContent } from '../../stores/content/content-store.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { removeUnused, unusedAmong } from '../unused-contents.ts';
import { type CheckPage, type CheckTools, idsOf } from './page.ts';

const CONTENTS_AT_ONCE = 200;
/** A call that puts contents refers to them within this, in ms, or never does. */
const UNUSED_AFTER_MS = 3_600_000;
/** Bytes in memory while a content is hashed. */
const PIECE_BYTES = 4_000_000;

export async function* contentPages(
  tools: CheckTools,
  tenant: string,
): AsyncGenerator<{ readonly page: CheckPage; readonly looked: number }> {
  for (let after: string | null = null; ; ) {
    const { contents, next } = await tools.content.list(tenant, { after, limit: CONTENTS_AT_ONCE });
    yield { page: pageOf(tools, tenant, contents), looked: contents.length };
    if (next === null) return;
    after = next;
  }
}

function pageOf(tools: CheckTools, tenant: string, contents: readonly StoredContent[]): CheckPage {
  const faults: CheckPage['faults'] = async (graph, suspected) => {
    const wanted = suspected === null ? null : new Set(suspected.map(({ id }) => id));
    const among = contents.filter(({ hash }) => wanted === null || wanted.has(hash));
    return [...(await unused(tools, graph, tenant, among)), ...(await damaged(tools.content, tenant, among))];
  };
  return {
    faults,
    mend: async (found) => {
      await tools.exclusive(async (alone) => {
        const still = idsOf(await faults(alone.graph, found), 'CONTENT_UNUSED');
        await removeUnused({ ...tools, ...alone }, tenant, still);
      });
    },
  };
}

async function unused(
  { content, now }: CheckTools,
  graph: GraphStore,
  tenant: string,
  contents: readonly StoredContent[],
): Promise<readonly Fault[]> {
  const writtenBefore = now().getTime() - UNUSED_AFTER_MS;
  const hashes = await unusedAmong({ graph, content }, contents, { tenant, writtenBefore });
  return hashes.map((id) => ({ kind: 'CONTENT_UNUSED', tenant, id, of: '' }));
}

async function damaged(
  content: ContentStore,
  tenant: string,
  contents: readonly StoredContent[],
): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const stored of contents)
    if (await isDamaged(content, tenant, stored))
      faults.push({ kind: 'CONTENT_DAMAGED', tenant, id: stored.hash, of: '' });
  return faults;
}

/** One that was removed meanwhile is not damaged. */
async function isDamaged(content: ContentStore, tenant: string, { hash }: StoredContent): Promise<boolean> {
  const digest = createHash('sha256');
  for (let start = 0; ; start += PIECE_BYTES) {
    const piece = await content.getRange({ tenant, hash }, start, start + PIECE_BYTES);
    if (piece === null) return false;
    digest.update(piece);
    if (piece.length < PIECE_BYTES) return `sha256:${digest.digest('hex')}` !== hash;
  }
}
