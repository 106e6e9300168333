/**
 * Users, roles and API keys of a tenant that are missing. Those that are there stay as they are, so what was revoked or
 * disabled since stays so. Who was deleted since is missing as well, so users come back disabled: somebody has to let them
 * in. API keys are never deleted, only revoked, so one that is missing was lost.
 */

import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { idPages } from '../../stores/graph/id-pages.ts';
import { createMissing } from '../../stores/graph/statements/restores.ts';
import { type CarriedNode, nodesByIds } from '../../stores/graph/statements/transfer.ts';

const AT_ONCE = 200;
const LABELS = ['Role', 'User', 'ApiKey'] as const;

/** Gives how many came back. */
export async function bringBackAccess(
  { graph, now }: { readonly graph: GraphStore; readonly now: () => Date },
  staged: GraphStore,
  signal: AbortSignal,
): Promise<number> {
  let back = 0;
  for (const label of LABELS) {
    for await (const ids of idPages(staged, label, { limit: AT_ONCE, signal })) {
      const present = new Set((await graph.read(nodesByIds(label, ids))).map(({ id }) => id));
      const missing = await staged.read(
        nodesByIds(
          label,
          ids.filter((id) => !present.has(id)),
        ),
      );
      if (missing.length === 0) continue;
      const at = now().toISOString();
      await graph.write([
        createMissing(label, label === 'User' ? missing.map((user) => disabled(user, at)) : missing),
      ]);
      back += missing.length;
    }
  }
  return back;
}

function disabled({ id, properties }: CarriedNode, disabledAt: string): CarriedNode {
  return { id, properties: { disabledAt, ...properties } };
}
