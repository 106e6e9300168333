/** Nodes and edges as lines that are the same on every engine, and what is known of many by a count and a checksum. */

import { createHash } from 'node:crypto';
import type { ContentKey } from '../../stores/content/content-store.ts';
import type { CarriedRelation, Properties } from '../../stores/graph/statements/transfer.ts';

export interface Summary {
  readonly count: number;
  /** Hex of the SHA-256 of all of them in order. */
  readonly checksum: string;
}

export function createSummary() {
  const hash = createHash('sha256');
  let count = 0;
  return {
    add: (line: string) => {
      hash.update(`${line}\n`);
      count += 1;
    },
    end: (): Summary => ({ count, checksum: hash.digest('hex') }),
  };
}

/** The same for equal properties, whatever order an engine keeps them in. */
export function canonical(properties: Properties): string {
  return JSON.stringify(Object.entries(properties).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

export function edgeLine({ source, target, properties }: CarriedRelation): string {
  return `${source} ${target} ${canonical(properties)}`;
}

/** `found`: the hash of what is there, null where nothing is. */
export function contentLine({ tenant, hash }: ContentKey, found: string | null): string {
  return `${tenant} ${hash} ${found ?? 'not there'}`;
}
