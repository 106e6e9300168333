/**
 * The audit log as this process writes it: a segment of its own, opened with the first entry, so that processes never
 * wait for each other. What comes while a write is under way goes together into the next.
 */

import { randomUUID } from 'node:crypto';
import type { AuditEvent, AuditSegment } from '../../model/audit.ts';
import { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Part } from '../../platform/part.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { appendEntries, latestSegments } from '../../stores/graph/statements/audit.ts';
import { extend, genesisOf } from './chain.ts';
import type { GatheredRefusals } from './gathered-refusals.ts';

export interface AuditLog extends Part {
  /** Resolves once the events are on disk. Rejects with UNAVAILABLE, within half a minute, where they cannot be. */
  record(events: readonly AuditEvent[]): Promise<void>;
  /**
   * Keeps the event soon, and never waits: the first of a kind within a second, its repetitions within a minute, as
   * one entry with their number. A crash in between loses them.
   */
  note(event: AuditEvent): void;
}

export interface AuditWriterOptions {
  readonly graph: GraphStore;
  readonly now: () => Date;
  readonly log: Log;
}

export interface AuditLogOptions extends AuditWriterOptions {
  /** What this log writes between its start and its end. */
  readonly refusals: GatheredRefusals;
}

export interface AuditWriter extends Pick<AuditLog, 'record'> {
  /** Resolves once nothing is being written. */
  idle(): Promise<void>;
}

/** Entries in one write. */
const ENTRIES_MAX = 500;
/** Events that wait to be written; more are refused. */
const WAITING_MAX = 10_000;
/** How long a write may take, in ms: a server that has just come back is slow at first. */
const WRITE_MS = 15_000;
const RETRY_AFTER_MS = 5_000;
/** Other segments that a new one remembers. */
const LINKS_MAX = 50;
/** As much of a text as is kept, in characters. */
const TEXT_CHARS_MAX = 500;
const TARGETS_MAX = 20;

interface Waiting {
  readonly event: AuditEvent;
  readonly settle: (error: unknown) => void;
}

export function createAuditLog({ refusals, ...options }: AuditLogOptions): AuditLog {
  const { record, idle } = createAuditWriter(options);
  return {
    name: 'audit',
    record,
    note: refusals.note,
    start: async () => refusals.writeBy(record),
    close: async () => {
      await refusals.handOver();
      await idle();
    },
  };
}

/** For a few entries, by whoever gathers no refusals. */
export function createAuditWriter({ graph, now, log }: AuditWriterOptions): AuditWriter {
  const waiting: Waiting[] = [];
  let segment: AuditSegment | null = null;
  let lastAt = '';
  let writing: Promise<void> | null = null;

  /** Never before the entry before it, whatever the clock does: retention takes entries from the front. */
  const moment = (): string => {
    const at = now().toISOString();
    lastAt = at > lastAt ? at : lastAt;
    return lastAt;
  };
  const write = async (events: readonly AuditEvent[]): Promise<void> => {
    const begun = segment ?? (await openSegment(graph, moment()));
    // Left behind where the write fails: whether it came through is not known, and a new segment does not ask.
    segment = null;
    const extended = extend(begun, events, moment());
    await graph.write([...appendEntries(extended.segment, extended.entries)], { timeoutMs: WRITE_MS });
    segment = extended.segment;
  };
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, ENTRIES_MAX);
      const error = await write(batch.map(({ event }) => event)).then(
        () => null,
        (failure: unknown) => failure,
      );
      if (error !== null) {
        const actions = batch.map(({ event }) => event.action);
        log.error({ error, actions }, 'The audit log cannot be written.');
      }
      for (const { settle } of batch) settle(error);
    }
    writing = null;
  };
  const enqueue = (event: AuditEvent): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (error: unknown) => (error === null ? resolve() : reject(unwritten(error)));
      waiting.push({ event: trim(event), settle });
    });
  const record: AuditWriter['record'] = async (events) => {
    if (waiting.length + events.length > WAITING_MAX) throw unwritten();
    const kept = events.map(enqueue);
    // Begun behind what is asked at the same moment, so that it is written together.
    writing ??= Promise.resolve().then(writeAll);
    await Promise.all(kept);
  };
  return {
    record,
    idle: async () => void (await writing),
  };
}

async function openSegment(graph: GraphStore, startedAt: string): Promise<AuditSegment> {
  const id = randomUUID();
  const others = await graph.read(latestSegments(LINKS_MAX), { timeoutMs: WRITE_MS });
  const links = others.map(({ id: segment, sequence, hash }) => ({ segment, sequence, hash }));
  const hash = genesisOf(id, startedAt, links);
  return { id, startedAt, links, sequence: 0, hash, prunedTo: 0, prunedHash: null };
}

function trim(event: AuditEvent): AuditEvent {
  return {
    ...event,
    action: event.action.slice(0, TEXT_CHARS_MAX),
    detail: event.detail?.slice(0, TEXT_CHARS_MAX) ?? null,
    targets: event.targets.slice(0, TARGETS_MAX).map((target) => target.slice(0, TEXT_CHARS_MAX)),
  };
}

function unwritten(cause?: unknown): Problem {
  const detail =
    'The audit log cannot be written. Look at the graph’s health; it is needed for every change.';
  return new Problem('UNAVAILABLE', detail, { cause, retryAfterMs: RETRY_AFTER_MS });
}
