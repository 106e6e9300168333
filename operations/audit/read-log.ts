/** Reading the audit log: the latest entries first, day by day, so that a page costs what it shows. */

import type { AuditEntry, AuditOutcome } from '../../model/audit.ts';
import { badInput } from '../../platform/errors.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import { auditListed, bucketOf } from '../../stores/graph/statements/audit.ts';
import { type AuditVerification, verifyAuditLog } from './verify.ts';

export interface AuditQuery {
  /** RFC 3339, inclusive; by default 30 days before `until`. */
  readonly since: string | null;
  /** RFC 3339, exclusive; by default now. */
  readonly until: string | null;
  readonly actor: string | null;
  readonly apiKey: string | null;
  readonly action: string | null;
  readonly outcome: AuditOutcome | null;
  /** Id of the last entry seen; empty for the first page. */
  readonly before: string;
  readonly limit: number;
}

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 30;
/** The longest time that one listing looks at, in days. */
const DAYS_MAX = 400;
/** Days that are looked at in the first read, and by how much more in each after it. */
const DAYS_FIRST = 2;
const DAYS_FACTOR = 4;

export interface AuditReader {
  /** The tenant's entries, the latest first; for the operators' tenant also those that belong to no tenant. */
  read(tenant: string, query: AuditQuery, call?: CallOptions): Promise<readonly AuditEntry[]>;
  verify(call?: CallOptions): Promise<AuditVerification>;
}

export function createAuditReader(options: {
  readonly graph: GraphStore;
  readonly operatorTenant: string;
  readonly now: () => Date;
}): AuditReader {
  const { graph, operatorTenant, now } = options;
  return {
    read: (tenant, query, call = {}) => {
      const tenants = tenant === operatorTenant ? [tenant, ''] : [tenant];
      return readAuditLog(graph, { ...query, tenants }, now(), call);
    },
    verify: (call = {}) => verifyAuditLog(graph, call),
  };
}

async function readAuditLog(
  graph: GraphStore,
  { tenants, since, until, ...query }: AuditQuery & { readonly tenants: readonly string[] },
  now: Date,
  call: CallOptions,
): Promise<readonly AuditEntry[]> {
  // Never later than the page before ended, nor earlier than it could have begun.
  const end = new Date(until ?? now.getTime() + DAY_MS);
  const start = new Date(since ?? new Date(until ?? now).getTime() - DAYS_DEFAULT * DAY_MS);
  if (end.getTime() - start.getTime() > DAYS_MAX * DAY_MS)
    throw badInput(
      'filter.since',
      `is more than ${DAYS_MAX} days before "until". Ask for less time at once.`,
    );
  // A cursor is the client's word: it never leads out of the time that is looked at.
  const before = [query.before || end.toISOString(), end.toISOString()].toSorted()[0] ?? '';
  const found: AuditEntry[] = [];
  let days = DAYS_FIRST;
  for (let last = dayOf(before); last >= dayOf(start.toISOString()) && found.length < query.limit; ) {
    const buckets = daysBack(last, days).flatMap((day) => tenants.map((tenant) => bucketOf(tenant, day)));
    const limit = query.limit - found.length;
    const listing = { ...query, buckets, after: start.toISOString(), before, limit };
    found.push(...(await graph.read(auditListed(listing), call)));
    last = dayOf(new Date(Date.parse(last) - days * DAY_MS).toISOString());
    days = Math.min(days * DAYS_FACTOR, DAYS_MAX);
  }
  return found;
}

function dayOf(moment: string): string {
  return moment.slice(0, 10);
}

/** The day and those before it. */
function daysBack(day: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) =>
    dayOf(new Date(Date.parse(day) - at * DAY_MS).toISOString()),
  );
}
