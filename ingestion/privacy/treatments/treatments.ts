/**
 * Privacy policies applied to what is there already. A call only notes what is wanted; the leading worker does it
 * (`treater.ts`). One at a time in a tenant.
 */

import { randomUUID } from 'node:crypto';
import { collectionId } from '../../../model/ids.ts';
import { isAllowed, type Principal } from '../../../model/principal.ts';
import { isOver, type PrivacyTreatment } from '../../../model/privacy-treatment.ts';
import { Problem } from '../../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../../stores/graph/graph-store.ts';
import {
  collectionsByIds,
  collectionsListed,
  documentCounts,
} from '../../../stores/graph/statements/collections.ts';
import {
  forgetTreatments,
  treatmentById,
  treatmentsOfTenant,
} from '../../../stores/graph/statements/privacy-treatments.ts';
import { checkCollectionName } from '../../collection-name.ts';
import type { Exclusive } from '../../exclusive.ts';
import { changeRecord, putRecord, type TreatmentRecord, toRecord, toTreatment } from './treatment-record.ts';

/** Of a tenant; older ones are forgotten. */
const KEPT_MAX = 20;
/** Collections that are counted together. */
const COLLECTIONS_AT_ONCE = 500;

export interface TreatmentsTools {
  readonly graph: GraphStore;
  readonly exclusive: Exclusive;
  readonly now: () => Date;
}

export interface PrivacyTreatments {
  /** The newest first, at most 20. */
  list(tenant: string, options?: CallOptions): Promise<readonly PrivacyTreatment[]>;
  /** Of a collection by name, or of all (null). CONFLICT while one is under way, NOT_FOUND for no such collection. */
  begin(principal: Principal, collection: string | null): Promise<PrivacyTreatment>;
  /** What is done stays, what is being done is brought to an end. NOT_FOUND, and CONFLICT where it is over. */
  cancel(tenant: string, id: string): Promise<PrivacyTreatment>;
}

export function createPrivacyTreatments({ graph, exclusive, now }: TreatmentsTools): PrivacyTreatments {
  return {
    list: async (tenant, options) => {
      const found = await graph.read(treatmentsOfTenant(tenant, KEPT_MAX), options);
      return found.map((node) => toTreatment(toRecord(node)));
    },
    begin: async (principal, collection) => {
      const { tenant, subject } = principal;
      const wanted = await collectionAskedFor(graph, tenant, collection);
      const documents = await documentsIn(graph, tenant, wanted?.id ?? null);
      return exclusive(async (alone) => {
        const before = await alone.graph.read(treatmentsOfTenant(tenant, KEPT_MAX * 2));
        const open = before.map(toRecord).find((one) => !isOver(one));
        if (open !== undefined) throw underWay(open);
        const record: TreatmentRecord = {
          ...newRecord(tenant, { documents, requestedAt: now().toISOString(), requestedBy: subject }),
          ...{ collectionId: wanted?.id ?? null, collection: wanted?.name ?? '' },
          mayOpen: isAllowed(principal, 'privacy:reveal'),
        };
        const old = before.slice(KEPT_MAX - 1).map(({ id }) => id);
        await alone.graph.write([putRecord(record), forgetTreatments(old)]);
        return toTreatment(record);
      });
    },
    cancel: (tenant, id) =>
      exclusive(async (alone) => {
        const [node] = await alone.graph.read(treatmentById(tenant, id));
        if (node === undefined) throw noSuchTreatment(id);
        const found = toRecord(node);
        if (isOver(found))
          throw new Problem('CONFLICT', `The treatment ${id} is over: ${found.state}. What it did stays.`);
        const cancelled = await changeRecord(alone, found, (record) => ({ ...record, state: 'CANCELLING' }));
        return toTreatment(cancelled ?? found);
      }),
  };
}

/** Of all collections, and opening nothing that is sealed. */
function newRecord(
  tenant: string,
  told: Pick<TreatmentRecord, 'documents' | 'requestedAt' | 'requestedBy'>,
): TreatmentRecord {
  return {
    ...{
      id: `ptr_${randomUUID().replaceAll('-', '')}`,
      tenant,
      ...told,
      collectionId: null,
      finishedAt: null,
    },
    ...{ state: 'RUNNING', treated: 0, unchanged: 0, held: 0, failed: 0, untreated: [], problem: null },
    ...{ mayOpen: false, collection: '', after: '', page: null },
  };
}

/** Who goes on with what a restore began. */
const OWN = 'trellis';

/**
 * For whoever has the graph to itself: one for all collections of the tenant, in place of what was under way when the
 * backup was made. Gives its id.
 */
export async function beginForRestore(
  { graph, now }: Pick<TreatmentsTools, 'graph' | 'now'>,
  tenant: string,
): Promise<string> {
  const at = now().toISOString();
  const before = (await graph.read(treatmentsOfTenant(tenant, KEPT_MAX * 2))).map(toRecord);
  const open = before.filter((one) => !isOver(one));
  const own = open.find(goesThroughAll);
  if (own !== undefined) return own.id;
  const documents = await documentsIn(graph, tenant, null);
  const record = newRecord(tenant, { documents, requestedAt: at, requestedBy: OWN });
  const ended = open.map((one) => putRecord({ ...one, state: 'CANCELLED', page: null, finishedAt: at }));
  await graph.write([...ended, putRecord(record)]);
  return record.id;
}

/**
 * One of a restore's own that comes by every document: it is not being cancelled, and has passed none, which it would
 * have treated by a policy from before the one that is set now.
 */
function goesThroughAll({ requestedBy, state, collection, after }: TreatmentRecord): boolean {
  return requestedBy === OWN && state === 'RUNNING' && collection === '' && after === '';
}

async function collectionAskedFor(graph: GraphStore, tenant: string, name: string | null) {
  if (name === null) return null;
  const id = collectionId(tenant, checkCollectionName(name));
  const [found] = await graph.read(collectionsByIds(tenant, [id]));
  if (found !== undefined) return found;
  throw new Problem(
    'NOT_FOUND',
    `There is no collection "${name}". The query "collections" lists those there are.`,
  );
}

async function documentsIn(graph: GraphStore, tenant: string, collection: string | null): Promise<number> {
  const count = async (ids: readonly string[]) =>
    (await graph.read(documentCounts(tenant, ids))).reduce((sum, one) => sum + one.count, 0);
  if (collection !== null) return count([collection]);
  let documents = 0;
  for (let after = ''; ; ) {
    const page = await graph.read(collectionsListed(tenant, after, COLLECTIONS_AT_ONCE));
    documents += await count(page.map(({ id }) => id));
    const last = page.at(-1);
    if (last === undefined || page.length < COLLECTIONS_AT_ONCE) return documents;
    after = last.name;
  }
}

function underWay({ id, requestedAt }: TreatmentRecord): Problem {
  return new Problem(
    'CONFLICT',
    `The treatment ${id} of ${requestedAt} is under way. Wait until it is over, or cancel it; "privacyTreatments" tells how far it is.`,
  );
}

function noSuchTreatment(id: string): Problem {
  return new Problem(
    'NOT_FOUND',
    `There is no treatment ${id.slice(0, 100)}. The query "privacyTreatments" lists the last ones.`,
  );
}
