/** Relay connections: how a page of the model becomes one, and how a client's page arguments are checked. */

import { decodeCursor, PAGE_MAX, type Page } from '../model/page.ts';
import { badInput } from '../platform/errors.ts';

/** What every connection type of every subgraph has. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export function connectionOf<Node>(page: Page<Node>): Connection<Node> {
  return {
    edges: page.items.map((node, at) => ({ cursor: page.cursors[at] ?? '', node })),
    nodes: page.items,
    pageInfo: { hasNextPage: page.hasNextPage, endCursor: page.cursors.at(-1) ?? null },
  };
}

/** `first` as it may be used: 1 to {@link PAGE_MAX}. Rejects another with the field's name. */
export function readFirst(first: number | null | undefined, field = 'first'): number {
  if (first === null || first === undefined || first < 1 || first > PAGE_MAX) {
    throw badInput(field, `is ${first} and must be from 1 to ${PAGE_MAX}. Use "after" to read on.`);
  }
  return first;
}

/** The sort values a cursor holds, or null for the first page. Rejects what is not a cursor of this list. */
export function readAfter(after: string | null | undefined, values: number): readonly string[] | null {
  if (after === null || after === undefined) return null;
  const decoded = decodeCursor(after);
  if (decoded?.length !== values) {
    throw badInput(
      'after',
      'is not a cursor of this list. Give the endCursor of the page before, unchanged.',
    );
  }
  return decoded;
}
