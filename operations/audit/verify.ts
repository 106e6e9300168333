/** Whether the audit log is whole: every chain from its beginning to where it says that it stands, and every link. */

import type { AuditEntry, AuditLink, AuditSegment } from '../../model/audit.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import { auditSegment, auditSegments, entriesOfSegment } from '../../stores/graph/statements/audit.ts';
import { genesisOf, hashOfEntry } from './chain.ts';

/** A place where the log is not as it was written. */
export interface AuditFault {
  readonly segment: string;
  readonly sequence: number;
  readonly reason: string;
}

export interface AuditVerification {
  /** Entries that were looked at, of every tenant. */
  readonly entries: number;
  readonly segments: number;
  /** The first in each segment; empty where the log is whole. */
  readonly faults: readonly AuditFault[];
}

const PAGE = 500;

/** Reads everything, page by page. What is written meanwhile is left for the next time. */
export async function verifyAuditLog(graph: GraphStore, call: CallOptions): Promise<AuditVerification> {
  const segments = await readSegments(graph, call);
  const expected = Map.groupBy(
    segments.flatMap(({ links }) => links),
    ({ segment }) => segment,
  );
  const faults: AuditFault[] = [];
  let entries = 0;
  for (const segment of segments) {
    const walked = await walkAsItStands(graph, segment, expected.get(segment.id) ?? [], call);
    entries += walked.entries;
    if (walked.fault !== null) faults.push(walked.fault);
  }
  const known = new Set(segments.map(({ id }) => id));
  for (const [segment, [link]] of expected)
    if (!known.has(segment) && link !== undefined)
      faults.push({ segment, sequence: link.sequence, reason: 'The whole segment is missing.' });
  return { entries, segments: segments.length, faults };
}

async function readSegments(graph: GraphStore, call: CallOptions): Promise<readonly AuditSegment[]> {
  const all: AuditSegment[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly AuditSegment[] = await graph.read(auditSegments(after, PAGE), call);
    all.push(...page);
    after = page.at(-1)?.id;
  }
  return all;
}

interface Walked {
  readonly entries: number;
  readonly fault: AuditFault | null;
}

/** Where entries were removed for their age meanwhile, what is left is looked at: they are not missing. */
async function walkAsItStands(
  graph: GraphStore,
  segment: AuditSegment,
  links: readonly AuditLink[],
  call: CallOptions,
): Promise<Walked> {
  const walked = await walk(graph, segment, links, call);
  if (walked.fault === null) return walked;
  const [now] = await graph.read(auditSegment(segment.id), call);
  if (now === undefined || now.prunedTo <= segment.prunedTo) return walked;
  return walkAsItStands(graph, now, links, call);
}

async function walk(
  graph: GraphStore,
  segment: AuditSegment,
  links: readonly AuditLink[],
  call: CallOptions,
): Promise<Walked> {
  const genesis = genesisOf(segment.id, segment.startedAt, segment.links);
  const check = createCheck(segment, genesis, links);
  let entries = 0;
  for (;;) {
    const page = await graph.read(entriesOfSegment(segment.id, check.sequence(), PAGE), call);
    for (const entry of page) {
      if (entry.sequence > segment.sequence) return { entries, fault: check.end() };
      entries += 1;
      const fault = check.next(entry);
      if (fault !== null) return { entries, fault };
    }
    if (page.length < PAGE) return { entries, fault: check.end() };
  }
}

/** Follows one chain. */
function createCheck(segment: AuditSegment, genesis: string, links: readonly AuditLink[]) {
  const linked = new Map(links.map(({ sequence, hash }) => [sequence, hash]));
  let sequence = segment.prunedTo;
  let hash = segment.prunedTo === 0 ? genesis : (segment.prunedHash ?? '');
  const fault = (at: number, reason: string): AuditFault => ({ segment: segment.id, sequence: at, reason });
  return {
    sequence: () => sequence,
    next: (entry: AuditEntry): AuditFault | null => {
      if (entry.sequence !== sequence + 1) return fault(sequence + 1, 'The entry is missing.');
      if (entry.previous !== hash) return fault(entry.sequence, 'It does not follow the entry before it.');
      if (hashOfEntry(entry) !== entry.hash) return fault(entry.sequence, 'It is not what was written.');
      const remembered = linked.get(entry.sequence);
      if (remembered !== undefined && remembered !== entry.hash)
        return fault(entry.sequence, 'A later segment remembers another entry here.');
      sequence = entry.sequence;
      hash = entry.hash;
      return null;
    },
    end: (): AuditFault | null => {
      if (sequence < segment.sequence) return fault(sequence + 1, 'Entries are missing at the end.');
      if (hash !== segment.hash) return fault(sequence, 'The segment stands elsewhere.');
      const last = Math.max(0, ...linked.keys());
      return last > segment.sequence
        ? fault(segment.sequence + 1, 'A later segment remembers more entries.')
        : null;
    },
  };
}
