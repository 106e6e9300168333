/** The audit log: entries in segments, each segment a chain with one writer, and a node that says where it stands. */

import type { AuditEntry, AuditLink, AuditOutcome, AuditSegment } from '../../../model/audit.ts';
import { type Row, type Statement, statement, type Value } from '../graph-store.ts';
import { numberOrNull, textOf, textOrNull, textsOf } from './rows.ts';

const ENTRY_COLUMNS = `a.id AS id, a.tenant AS tenant, a.at AS at, a.segment AS segment, a.sequence AS sequence,
  a.previous AS previous, a.hash AS hash, a.actor AS actor, a.apiKey AS apiKey, a.address AS address,
  a.action AS action, a.targets AS targets, a.outcome AS outcome, a.code AS code, a.detail AS detail,
  a.requestId AS requestId, a.times AS times`;

function decodeEntry(row: Row): AuditEntry {
  return {
    id: textOf(row.id),
    tenant: textOf(row.tenant),
    at: textOf(row.at),
    segment: textOf(row.segment),
    sequence: Number(row.sequence),
    previous: textOf(row.previous),
    hash: textOf(row.hash),
    actor: textOrNull(row.actor),
    apiKey: textOrNull(row.apiKey),
    address: textOrNull(row.address),
    action: textOf(row.action),
    targets: textsOf(row.targets),
    outcome: textOf(row.outcome) as AuditOutcome,
    code: textOrNull(row.code),
    detail: textOrNull(row.detail),
    requestId: textOrNull(row.requestId),
    count: Number(row.times),
  };
}

const SEGMENT_COLUMNS = `s.id AS id, s.startedAt AS startedAt, s.links AS links, s.sequence AS sequence,
  s.hash AS hash, s.prunedTo AS prunedTo, s.prunedHash AS prunedHash`;

function decodeSegment(row: Row): AuditSegment {
  return {
    id: textOf(row.id),
    startedAt: textOf(row.startedAt),
    links: JSON.parse(textOf(row.links)) as readonly AuditLink[],
    sequence: Number(row.sequence),
    hash: textOf(row.hash),
    prunedTo: numberOrNull(row.prunedTo) ?? 0,
    prunedHash: textOrNull(row.prunedHash),
  };
}

/** A day of a tenant: what listings look entries up by. */
export function bucketOf(tenant: string, day: string): string {
  return [day, tenant].join(' ');
}

/** Puts entries behind the others of their segment, with where the segment then stands: all in one transaction. */
export function appendEntries(
  segment: AuditSegment,
  entries: readonly AuditEntry[],
): readonly [Statement<unknown>, Statement<unknown>] {
  // Up to where entries were removed is for retention alone to say: its writer may be another process.
  const { id, links, startedAt, sequence, hash } = segment;
  return [
    statement(
      'audit.append',
      'UNWIND $rows AS r MERGE (a:AuditEntry {id: r.id}) ON CREATE SET a += r.properties',
      {
        rows: entries.map(({ id: entryId, ...entry }) => ({ id: entryId, properties: propertiesOf(entry) })),
      },
      (row) => row,
    ),
    statement(
      'audit.stand',
      'MERGE (s:AuditSegment {id: $id}) SET s += $properties',
      { id, properties: { startedAt, sequence, hash, links: JSON.stringify(links) } },
      (row) => row,
    ),
  ];
}

/** `count` is a word of Cypher. */
function propertiesOf({ count, ...entry }: Omit<AuditEntry, 'id'>): { readonly [name: string]: Value } {
  return { ...entry, times: count, bucket: bucketOf(entry.tenant, entry.at.slice(0, 10)) };
}

export interface AuditListing {
  readonly buckets: readonly string[];
  /** Ids between these two, without them; empty for no such end. */
  readonly after: string;
  readonly before: string;
  readonly actor: string | null;
  readonly apiKey: string | null;
  readonly action: string | null;
  readonly outcome: AuditOutcome | null;
  readonly limit: number;
}

/** Entries of these days, the latest first. */
export function auditListed(listing: AuditListing): Statement<AuditEntry> {
  const { buckets, after, before, limit, ...wanted } = listing;
  const given = Object.entries(wanted).filter(([, value]) => value !== null);
  const conditions = ['a.bucket IN $buckets', 'a.id > $after'];
  if (before !== '') conditions.push('a.id < $before');
  for (const property of LISTED_BY) if (listing[property] !== null) conditions.push(WANTED[property]);
  const where = conditions.join(' AND ');
  return statement(
    'audit.listed',
    `MATCH (a:AuditEntry) WHERE ${where} RETURN ${ENTRY_COLUMNS} ORDER BY id DESC LIMIT $limit`,
    { buckets, after, limit, ...(before === '' ? {} : { before }), ...Object.fromEntries(given) },
    decodeEntry,
  );
}

const LISTED_BY = ['actor', 'apiKey', 'action', 'outcome'] as const;
const WANTED: Readonly<Record<(typeof LISTED_BY)[number], string>> = {
  actor: 'a.actor = $actor',
  apiKey: 'a.apiKey = $apiKey',
  action: 'a.action = $action',
  outcome: 'a.outcome = $outcome',
};

/** Segments by id, from behind `after`. */
export function auditSegments(after: string, limit: number): Statement<AuditSegment> {
  return statement(
    'audit.segments',
    `MATCH (s:AuditSegment) WHERE s.id > $after RETURN ${SEGMENT_COLUMNS} ORDER BY id LIMIT $limit`,
    { after, limit },
    decodeSegment,
  );
}

/** A segment as it stands now. */
export function auditSegment(id: string): Statement<AuditSegment> {
  return statement(
    'audit.segment',
    `MATCH (s:AuditSegment {id: $id}) RETURN ${SEGMENT_COLUMNS}`,
    { id },
    decodeSegment,
  );
}

/** The segments that began last. */
export function latestSegments(limit: number): Statement<AuditSegment> {
  return statement(
    'audit.latestSegments',
    `MATCH (s:AuditSegment) WHERE s.startedAt > $since RETURN ${SEGMENT_COLUMNS}
     ORDER BY startedAt DESC, id LIMIT $limit`,
    { since: '', limit },
    decodeSegment,
  );
}

/** A segment's entries in order, from behind `after`. */
export function entriesOfSegment(segment: string, after: number, limit: number): Statement<AuditEntry> {
  return statement(
    'audit.ofSegment',
    `MATCH (a:AuditEntry {segment: $segment}) WHERE a.sequence > $after
     RETURN ${ENTRY_COLUMNS} ORDER BY sequence LIMIT $limit`,
    { segment, after, limit },
    decodeEntry,
  );
}

/** Removes a segment's entries up to `to`, and says so where the segment stands. Gives how many there were. */
export function pruneEntries(
  segment: string,
  to: { readonly sequence: number; readonly hash: string },
): readonly [Statement<unknown>, Statement<number>] {
  return [
    statement(
      'audit.standPruned',
      'MATCH (s:AuditSegment {id: $segment}) SET s.prunedTo = $sequence, s.prunedHash = $hash',
      { segment, ...to },
      (row) => row,
    ),
    statement(
      'audit.prune',
      `MATCH (a:AuditEntry {segment: $segment}) WHERE a.sequence <= $sequence DETACH DELETE a
       RETURN count(*) AS n`,
      { segment, sequence: to.sequence },
      (row) => Number(row.n),
    ),
  ];
}
