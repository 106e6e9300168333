/** Relay connections: how a page of the model becomes one, and how a client's page arguments are checked. */

import { decodeCursor, PAGE_MAX, type Page } from '../model/page.ts';
import { badInput, type Problem } from '../platform/errors.ts';

/** What every connection type of every subgraph has. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** `after` is the cursor the page was asked with: lists are read forward, so what lies before it was read. */
export function connectionOf<Node>(page: Page<Node>, after: string | null | undefined): Connection<Node> {
  return {
    edges: page.items.map((node, at) => ({ cursor: page.cursors[at] ?? '', node })),
    nodes: page.items,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: page.cursors[0] ?? null,
      endCursor: page.cursors.at(-1) ?? null,
    },
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
  if (decoded?.length !== values) throw foreignCursor();
  return decoded;
}

/** The index a cursor holds, in a list that is ordered by one; -1 for the first page. */
export function readAfterIndex(after: string | null | undefined): number {
  const [index] = readAfter(after, 1) ?? ['-1'];
  if (index === undefined || !/^(?:-1|\d{1,9})$/.test(index)) throw foreignCursor();
  return Number(index);
}

/** A moment at the start of a cursor, in a list that is ordered by time; empty for the first page. */
export function readAfterMoment(after: string | null | undefined): string {
  const [text = ''] = readAfter(after, 1) ?? [''];
  const [moment = ''] = MOMENT.exec(text) ?? [];
  if (text !== '' && Number.isNaN(Date.parse(moment))) throw foreignCursor();
  return text;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/;

function foreignCursor(): Problem {
  return badInput('after', 'is not a cursor of this list. Give the endCursor of the page before, unchanged.');
}
