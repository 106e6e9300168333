/**
 * What lies outside the graph is carried ahead of the cut, while others write. Of which nodes, and what they were like,
 * is noted in a file beside, in the order of their ids: at the cut the notes are read along with the graph, and what has
 * come or changed since is carried once more. So the notes of any number of documents need no memory.
 */

import { hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { BackupScope } from '../../model/backup.ts';
import { type CarriedLabel, type CarriedNode, nodesByIds } from '../../stores/graph/statements/transfer.ts';
import { contentsOf, LABELS_WITH_CONTENTS } from '../move/carry-contents.ts';
import type { GraphReader } from '../move/pages.ts';
import { canonical, contentLine, createSummary, type Summary } from '../move/summary.ts';
import { type GraphView, viewOf } from './graph-view.ts';
import type { OutsideGraph } from './outside-graph.ts';
import { hasDocument } from './scope.ts';

export interface AheadTools {
  readonly outside: OutsideGraph;
  readonly scope: BackupScope;
  /** Folder for the notes. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly onCarried: (nodes: number) => void;
}

/** `graph` is what others write to. */
export async function carryAhead(tools: AheadTools, graph: GraphReader): Promise<void> {
  const view = viewOf(graph, tools.signal);
  for (const label of LABELS_WITH_CONTENTS) {
    const notes = createWriteStream(notesPath(tools.scratch, label));
    try {
      for await (const nodes of view.nodePages(label)) {
        const lines = await carryPage(tools, graph, label, nodes);
        if (!notes.write(lines)) await drained(notes);
        tools.onCarried(nodes.length);
      }
    } finally {
      notes.end();
      await finished(notes);
    }
  }
}

/** Only of those that were the same before and after is it known what was carried. */
async function carryPage(
  { outside, scope, signal }: AheadTools,
  graph: GraphReader,
  label: CarriedLabel,
  nodes: readonly CarriedNode[],
): Promise<string> {
  const wanted = nodes.filter(({ properties }) => hasDocument(scope, properties));
  await outside.carry(label, wanted, viewOf(graph, signal));
  const ids = wanted.map(({ id }) => id);
  const again = await graph.read(nodesByIds(label, ids), { signal });
  const now = new Map(again.map((node) => [node.id, fingerprintOf(node)]));
  return wanted
    .filter((node) => now.get(node.id) === fingerprintOf(node))
    .map((node) => `${node.id} ${fingerprintOf(node)}\n`)
    .join('');
}

/** Carries what the notes do not know as the view of the graph has it; sums up the contents that it refers to. */
export async function carryRest(
  { outside, scope, scratch, onCarried }: AheadTools,
  graph: GraphView,
): Promise<Summary> {
  const summary = createSummary();
  for (const label of LABELS_WITH_CONTENTS) {
    const notes = await openNotes(notesPath(scratch, label));
    try {
      for await (const nodes of graph.nodePages(label)) {
        const wanted = nodes.filter(({ properties }) => hasDocument(scope, properties));
        const rest: CarriedNode[] = [];
        for (const node of wanted) if (!(await notes.has(node.id, fingerprintOf(node)))) rest.push(node);
        await outside.carry(label, rest, graph);
        onCarried(rest.length);
        for (const key of wanted.flatMap((node) => contentsOf(label, [node])))
          summary.add(contentLine(key, outside.isLost(key) ? null : key.hash));
      }
    } finally {
      notes.close();
    }
  }
  return summary.end();
}

function notesPath(scratch: string, label: CarriedLabel): string {
  return join(scratch, `ahead-${label}.txt`);
}

function fingerprintOf({ properties }: CarriedNode): string {
  return hash('sha256', canonical(properties), 'base64url');
}

/** Asked for ids in their order, it reads each line once. */
async function openNotes(path: string) {
  const lines = createInterface({ input: createReadStream(path) });
  const iterator = lines[Symbol.asyncIterator]();
  const next = async (): Promise<readonly string[] | null> => {
    const { value, done } = await iterator.next();
    return done === true ? null : String(value).split(' ');
  };
  let line = await next();
  return {
    has: async (id: string, fingerprint: string): Promise<boolean> => {
      while (line !== null && (line[0] ?? '') < id) line = await next();
      return line !== null && line[0] === id && line[1] === fingerprint;
    },
    close: () => lines.close(),
  };
}

function drained(stream: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
  });
}
