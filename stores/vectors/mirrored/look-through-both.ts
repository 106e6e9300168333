/** What checks look at is looked at on both sides, so that a fault of either is found; mending it goes to both anyway. */

import type { HeldPage, IndexFault } from '../index-faults.ts';
import type { VectorStore } from '../vector-store.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { isAway, type Side } from './side.ts';

type Looking = Pick<VectorStore, 'examine' | 'held' | 'tenants'>;

export function lookThroughBoth(tools: MirrorTools): Looking {
  return {
    examine: async (tenant, expected, index) => {
      const found = await ofEach(tools, (store) => store.examine(tenant, expected, index));
      const faults = found.flat().map((fault) => [keyOf(fault), fault] as const);
      return [...new Map(faults).values()];
    },
    tenants: async (index) => {
      const found = await ofEach(tools, (store) => store.tenants(index));
      return [...new Set(found.flat())].toSorted();
    },
    held: async (tenant, { after, limit }, index) => {
      const [first, second] = await whole(tools);
      const place = readPlace(after);
      const side = place === null ? first : tools.sides[place.side];
      if (side === undefined) throw new Error('a mirror has a side that has everything');
      const page = { after: place?.after ?? null, limit };
      const read = async (from: Side): Promise<HeldPage> =>
        from.read((store) => store.held(tenant, page, index), { timeoutMs: null });
      const { entries, next } = await read(side);
      if (next !== null) return { entries, next: JSON.stringify({ side: side.name, after: next }) };
      // Behind the last page of the first side comes the first one of the other.
      const other = side === first && second !== undefined ? { side: second.name, after: null } : null;
      return { entries, next: other === null ? null : JSON.stringify(other) };
    },
  };
}

/** The sides that have everything and answer; at least one, which may not. */
async function whole({ order, look }: MirrorTools): Promise<readonly Side[]> {
  const { behind } = await look();
  const [first, ...others] = order().filter(({ name }) => name !== behind);
  return [...(first === undefined ? [] : [first]), ...others.filter(({ isDown }) => !isDown())];
}

async function ofEach<Value>(
  tools: MirrorTools,
  ask: (store: VectorStore) => Promise<Value>,
): Promise<readonly Value[]> {
  const asked = (await whole(tools)).map((side) => side.read(ask, { timeoutMs: null }));
  const answers = await Promise.allSettled(asked);
  const failures = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const found = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const fatal = failures.find((error) => found.length === 0 || !isAway(error));
  if (fatal !== undefined) throw fatal;
  return found;
}

function keyOf({ kind, id }: IndexFault): string {
  return JSON.stringify([kind, id]);
}

function readPlace(after: string | null) {
  return after === null
    ? null
    : (JSON.parse(after) as { readonly side: 'primary' | 'standby'; readonly after: string | null });
}
