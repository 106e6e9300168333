/** Carries the contents that nodes refer to, each checked against the hash that names it. */

import { contentHash } from '../../model/ids.ts';
import { Problem } from '../../platform/errors.ts';
import type { ContentKey, ContentStore } from '../../stores/content/content-store.ts';
import type { CarriedLabel, CarriedNode } from '../../stores/graph/statements/transfer.ts';

/** Properties that name a content, of the labels that have some. */
const REFERENCES: { readonly [label in CarriedLabel]?: readonly string[] } = {
  Document: ['contentHash', 'textHash'],
  Submission: ['contentHash'],
};
export const LABELS_WITH_CONTENTS = ['Document', 'Submission'] as const satisfies readonly CarriedLabel[];

/** One content in memory at a time. What the source has lost already is not there to be carried. */
export async function carryContents(
  from: ContentStore,
  to: ContentStore,
  label: CarriedLabel,
  nodes: readonly CarriedNode[],
): Promise<void> {
  for (const key of contentsOf(label, nodes)) {
    const [bytes] = await from.get([key]);
    if (bytes === undefined || bytes === null) continue;
    if (contentHash(bytes) !== key.hash) {
      throw new Problem(
        'CONFLICT',
        `The content ${key.hash} of tenant "${key.tenant}" is damaged in the source. Ingest its document again, then begin the move again.`,
      );
    }
    await to.put([{ ...key, bytes }]);
  }
}

/** Every content that the nodes refer to, once. */
export function contentsOf(label: CarriedLabel, nodes: readonly CarriedNode[]): readonly ContentKey[] {
  const keys = new Map<string, ContentKey>();
  for (const { properties } of nodes) {
    for (const name of REFERENCES[label] ?? []) {
      const { [name]: hash, tenant } = properties;
      if (typeof hash === 'string' && typeof tenant === 'string')
        keys.set(`${tenant} ${hash}`, { tenant, hash });
    }
  }
  return [...keys.values()];
}
