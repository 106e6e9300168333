/** Legal holds: placed, released, and asked about before anything is deleted or replaced. */

import { collectionId, stableId } from '../../model/ids.ts';
import type { Principal } from '../../model/principal.ts';
import { type DocumentSelection, isSelected, type LegalHold } from '../../model/retention.ts';
import { Problem } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import type { DocumentNode } from '../../stores/graph/statements/documents.ts';
import { deleteHold, holdsOfTenant, putHold } from '../../stores/graph/statements/retention.ts';
import type { Exclusive } from '../exclusive.ts';
import { checkName, checkReason, checkSelection } from './retention-request.ts';

/** Of one tenant: each deletion looks at all of them. */
const HOLDS_MAX = 200;

export interface HoldRequest {
  readonly name: string;
  readonly selection: DocumentSelection;
  readonly reason: string;
}

export interface Holds {
  list(tenant: string, options?: CallOptions): Promise<readonly LegalHold[]>;
  /** In place of one of the same name. From then on nothing of it is deleted or replaced, not even by calls under way. */
  place(principal: Principal, request: HoldRequest): Promise<LegalHold>;
  /** Rejects with NOT_FOUND. */
  release(tenant: string, name: string): Promise<void>;
}

export function createHolds({
  graph,
  exclusive,
  now,
}: {
  readonly graph: GraphStore;
  readonly exclusive: Exclusive;
  readonly now: () => Date;
}): Holds {
  return {
    list: (tenant, options) => graph.read(holdsOfTenant(tenant, HOLDS_MAX), options),
    place: ({ tenant, subject }, request) => {
      const name = checkName(request.name);
      const hold: LegalHold = {
        id: holdId(tenant, name),
        tenant,
        name,
        selection: checkSelection(request.selection),
        reason: checkReason(request.reason),
        createdAt: now().toISOString(),
        createdBy: subject,
      };
      // A deletion that has the index now is done before the hold begins; the next one sees it.
      return exclusive(async (alone) => {
        const present = await alone.graph.read(holdsOfTenant(tenant, HOLDS_MAX));
        if (present.length >= HOLDS_MAX && !present.some(({ id }) => id === hold.id))
          throw new Problem('CONFLICT', `The tenant has ${HOLDS_MAX} legal holds. Release one first.`);
        await alone.graph.write([putHold(hold)]);
        return hold;
      });
    },
    release: async (tenant, given) => {
      const name = checkName(given);
      const [[released] = []] = await graph.write([deleteHold(tenant, holdId(tenant, name))]);
      if (released === undefined) throw new Problem('NOT_FOUND', `There is no legal hold "${name}".`);
    },
  };
}

function holdId(tenant: string, name: string): string {
  return stableId('hld', tenant, name);
}

/** What a hold looks at. */
export type Holdable = Pick<DocumentNode, 'id' | 'collectionId' | 'metadata'>;

/** Of the documents those that are held, each with the hold. Certain for whoever has the index alone. */
export async function heldAmong(
  graph: GraphStore,
  tenant: string,
  documents: readonly Holdable[],
): Promise<ReadonlyMap<string, LegalHold>> {
  if (documents.length === 0) return new Map();
  const holds = await graph.read(holdsOfTenant(tenant, HOLDS_MAX));
  const held = documents.flatMap((document) => {
    const hold = holds.find(({ selection }) =>
      isSelected(selection, document, (name) => collectionId(tenant, name)),
    );
    return hold === undefined ? [] : [[document.id, hold] as const];
  });
  return new Map(held);
}

/** CONFLICT where there is any: of a call that names something held, nothing is deleted. */
export function refuseHeld(kind: 'document' | 'archive', held: ReadonlyMap<string, LegalHold>): void {
  const [first] = held;
  if (first === undefined) return;
  const [id, { name }] = first;
  throw new Problem(
    'CONFLICT',
    `The ${kind} ${id} is under the legal hold "${name}", and so nothing of this call was deleted. Leave it out, or have the hold released.`,
  );
}
