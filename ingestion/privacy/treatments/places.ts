/** Where treatments are in their collections, so that each page does not look at the whole collection. */

import { documentCursor, documentsInOrder } from '../../../stores/graph/document-pages.ts';
import type { GraphStore } from '../../../stores/graph/graph-store.ts';
import type { IdCursor } from '../../../stores/graph/id-cursor.ts';
import type { DocumentNode } from '../../../stores/graph/statements/documents.ts';

export interface Places {
  /** The documents behind `after`, at most `limit`, in the order of their ids; none only at the end. */
  next(wanted: {
    readonly treatment: string;
    readonly tenant: string;
    readonly collectionId: string;
    readonly after: string;
    readonly limit: number;
  }): Promise<readonly DocumentNode[]>;
  /** Forgets all but these treatments. */
  keep(treatments: ReadonlySet<string>): void;
}

/** What comes while a collection is gone through came under the policy, and may be left out. */
export function createPlaces(graph: Pick<GraphStore, 'read'>): Places {
  const places = new Map<string, { readonly collectionId: string; readonly cursor: IdCursor }>();
  return {
    next: async ({ treatment, tenant, collectionId, after, limit }) => {
      const known = places.get(treatment);
      const place =
        known?.collectionId === collectionId
          ? known
          : { collectionId, cursor: documentCursor(graph, { tenant, collectionId }) };
      places.set(treatment, place);
      for (let last = after; ; ) {
        const ids = await place.cursor.behind(last, limit);
        const documents = await documentsInOrder(graph, tenant, ids);
        const end = ids.at(-1);
        if (documents.length > 0 || end === undefined) return documents;
        // All of them went since they were looked at.
        last = end;
      }
    },
    keep: (treatments) => {
      for (const id of places.keys()) if (!treatments.has(id)) places.delete(id);
    },
  };
}
