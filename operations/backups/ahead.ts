/**
 * What lies outside the graph is carried ahead of the cut, while others write. Of which nodes, and what they were like,
 * is noted in a file beside: at the cut, what has come or changed since is carried once more.
 */

import { hash } from 'node:crypto';
import type { BackupScope } from '../../model/backup.ts';
import type { CarriedLabel, CarriedNode } from '../../stores/graph/statements/transfer.ts';
import { contentsOf, LABELS_WITH_CONTENTS } from '../move/carry-contents.ts';
import type { GraphReader } from '../move/pages.ts';
import { readAhead } from '../move/read-ahead.ts';
import { canonical, contentLine, createSummary, type Summary } from '../move/summary.ts';
import type { AheadNotes, NotedNode } from './ahead-notes.ts';
import { type GraphView, viewOf } from './graph-view.ts';
import type { OutsideGraph } from './outside-graph.ts';
import { hasDocument } from './scope.ts';

export interface AheadTools {
  readonly outside: OutsideGraph;
  readonly scope: BackupScope;
  readonly notes: AheadNotes;
  readonly signal: AbortSignal;
  readonly onCarried: (nodes: number) => void;
}

/** `graph` is what others write to. */
export async function carryAhead(tools: AheadTools, graph: GraphReader): Promise<void> {
  const view = viewOf(graph, tools.signal);
  for (const label of LABELS_WITH_CONTENTS) {
    for await (const nodes of readAhead(view.nodePages(label))) {
      tools.notes.add(label, await carryPage(tools, view, label, nodes));
      tools.onCarried(nodes.length);
    }
  }
}

/**
 * A document that is at the cut as it was when it was read was so all the time: each version has another number. What of it
 * was not there, a content or the vector of a chunk, is asked for again at the cut: it may have come by then, and nothing of
 * the document would say so.
 */
async function carryPage(
  { outside, scope }: AheadTools,
  view: GraphView,
  label: CarriedLabel,
  nodes: readonly CarriedNode[],
): Promise<readonly NotedNode[]> {
  const wanted = nodes.filter(({ properties }) => hasDocument(scope, properties));
  const lacking = await outside.carry(label, wanted, view);
  const isWhole = (node: CarriedNode) =>
    !lacking.has(node.id) && !contentsOf(label, [node]).some(outside.isLost);
  return wanted.filter(isWhole).map(noteOf);
}

/** Carries what the notes do not know as the view of the graph has it; sums up the contents that it refers to. */
export async function carryRest(
  { outside, scope, notes, onCarried }: AheadTools,
  graph: GraphView,
): Promise<Summary> {
  const summary = createSummary();
  for (const label of LABELS_WITH_CONTENTS) {
    for await (const nodes of readAhead(graph.nodePages(label))) {
      const wanted = nodes.filter(({ properties }) => hasDocument(scope, properties));
      const rest = wanted.filter((node) => !notes.has(label, noteOf(node)));
      await outside.carry(label, rest, graph);
      onCarried(rest.length);
      for (const key of wanted.flatMap((node) => contentsOf(label, [node])))
        summary.add(contentLine(key, outside.isLost(key) ? null : key.hash));
    }
  }
  return summary.end();
}

function noteOf({ id, properties }: CarriedNode): NotedNode {
  return { id, fingerprint: hash('sha256', canonical(properties), 'base64url') };
}
