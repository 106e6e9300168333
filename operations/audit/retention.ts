/** Retention of the audit log: the leader takes away what is older than it is to be kept, and keeps that it did. */

import { type AuditEntry, ownEvent } from '../../model/audit.ts';
import type { Log } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { auditSegments, entriesOfSegment, pruneEntries } from '../../stores/graph/statements/audit.ts';
import type { Duty } from '../leader.ts';
import type { AuditLog } from './audit-log.ts';

export interface RetentionOptions {
  readonly graph: GraphStore;
  readonly audit: AuditLog;
  /** 0: everything is kept. */
  readonly days: number;
  readonly now: () => Date;
  readonly log: Log;
}

const LOOK_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
const PAGE = 500;

export function createAuditRetention(options: RetentionOptions): Duty {
  return {
    name: 'audit retention',
    run: async (signal) => {
      while (!signal.aborted) {
        await pruneAuditLog(options).catch((error: unknown) => {
          options.log.warn({ error }, 'Old entries of the audit log could not be removed; tried again.');
        });
        await pause(LOOK_EVERY_MS, signal);
      }
    },
  };
}

/** Gives how many entries went. */
export async function pruneAuditLog({ graph, audit, days, now }: RetentionOptions): Promise<number> {
  if (days === 0) return 0;
  const cutoff = new Date(now().getTime() - days * DAY_MS).toISOString();
  let removed = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const segments: readonly { readonly id: string; readonly prunedTo: number }[] = await graph.read(
      auditSegments(after, PAGE),
    );
    for (const { id, prunedTo } of segments) removed += await pruneSegment(graph, id, prunedTo, cutoff);
    after = segments.at(-1)?.id;
  }
  if (removed > 0) await audit.record([prunedEvent(removed, cutoff)]);
  return removed;
}

/** From the front, page by page. */
async function pruneSegment(
  graph: GraphStore,
  segment: string,
  prunedTo: number,
  cutoff: string,
): Promise<number> {
  let removed = 0;
  for (let from = prunedTo; ; ) {
    const page = await graph.read(entriesOfSegment(segment, from, PAGE));
    const last = lastBefore(page, cutoff);
    if (last === undefined) return removed;
    await graph.write([...pruneEntries(segment, { sequence: last.sequence, hash: last.hash })]);
    removed += last.sequence - from;
    from = last.sequence;
  }
}

function lastBefore(page: readonly AuditEntry[], cutoff: string): AuditEntry | undefined {
  return page.filter(({ at }) => at < cutoff).at(-1);
}

function prunedEvent(count: number, cutoff: string) {
  const detail = `Entries from before ${cutoff} were removed, as TRELLIS_AUDIT_RETENTION_DAYS says.`;
  return { ...ownEvent({ action: 'retention', detail }), count };
}
