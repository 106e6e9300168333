/** The chain of the audit log: each entry's hash covers all it says and the hash of the entry before it. */

import { createHash } from 'node:crypto';
import type { AuditEntry, AuditEvent, AuditLink, AuditSegment } from '../../model/audit.ts';

/** The hash that a segment's first entry carries: it covers where all others stood. */
export function genesisOf(id: string, startedAt: string, links: readonly AuditLink[]): string {
  return sha256([id, startedAt, links.map(({ segment, sequence, hash }) => [segment, sequence, hash])]);
}

/** What an entry's hash is over, in an order that never changes. */
export function hashOfEntry(entry: Omit<AuditEntry, 'hash'>): string {
  return sha256([
    entry.id,
    entry.at,
    entry.segment,
    entry.sequence,
    entry.previous,
    entry.tenant,
    entry.actor,
    entry.apiKey,
    entry.address,
    entry.action,
    entry.targets,
    entry.outcome,
    entry.code,
    entry.detail,
    entry.requestId,
    entry.count,
  ]);
}

/** The events as entries behind where the segment stands, all at one moment, and where it stands then. */
export function extend(
  segment: AuditSegment,
  events: readonly AuditEvent[],
  at: string,
): { readonly entries: readonly AuditEntry[]; readonly segment: AuditSegment } {
  const entries: AuditEntry[] = [];
  let { sequence, hash } = segment;
  for (const event of events) {
    sequence += 1;
    const id = `${at}_${segment.id}_${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
    const entry = { ...event, id, at, segment: segment.id, sequence, previous: hash };
    hash = hashOfEntry(entry);
    entries.push({ ...entry, hash });
  }
  return { entries, segment: { ...segment, sequence, hash } };
}

/** So that ids of one moment sort in the segment's order. */
const SEQUENCE_DIGITS = 10;

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
