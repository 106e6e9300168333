/** One page of a list, and the opaque cursor that names where the next begins. */

/** A page in order. `cursors[i]` resumes after `items[i]`. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
}

/** The most rows a page may ask for. */
export const PAGE_MAX = 100;

export function encodeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The values inside a cursor, or null when it is not one of ours. */
export function decodeCursor(cursor: string): readonly string[] | null {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : null;
  } catch {
    return null;
  }
}

/** Makes a page out of up to `first + 1` rows: the extra row only says that there are more. */
export function toPage<Item>(
  rows: readonly Item[],
  first: number,
  cursorOf: (item: Item) => readonly string[],
): Page<Item> {
  const items = rows.slice(0, first);
  return {
    items,
    cursors: items.map((item) => encodeCursor(cursorOf(item))),
    hasNextPage: rows.length > first,
  };
}
