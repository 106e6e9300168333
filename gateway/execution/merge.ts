/** Puts what one subgraph says of an object beside what others said. */

export interface Data {
  [name: string]: unknown;
}

/** Merges `source` into `target`, in place. Lists of equal length are merged item by item; else `source` wins. */
export function mergeInto(target: Data, source: Data): void {
  for (const name of Object.keys(source)) {
    const added = source[name];
    const known = target[name];
    if (added === undefined) continue;
    if (isObject(known) && isObject(added)) mergeInto(known, added);
    else if (Array.isArray(known) && Array.isArray(added) && known.length === added.length) {
      mergeLists(known, added);
    } else target[name] = added;
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (const [at, added] of source.entries()) {
    const known = target[at];
    if (isObject(known) && isObject(added)) mergeInto(known, added);
    else target[at] = added;
  }
}

export function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
