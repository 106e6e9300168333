/**
 * Which nodes a write may have made, told from its texts and parameters: what is kept in order beside the engine takes
 * their ids up from here. What is not understood is said to be so, never passed over.
 */

import type { ListedLabel } from '../graph-store.ts';
import type { JournalledWrite } from './journal.ts';

/** Nodes of one label that a write may have made; those that were there already may be among them. */
export interface MadeNodes {
  readonly label: ListedLabel;
  readonly ids: readonly string[];
}

export interface MadeByWrite {
  readonly nodes: readonly MadeNodes[];
  /** Whether nodes of any label may have been made that `nodes` does not have. */
  readonly isUnclear: boolean;
}

const LISTED: ReadonlySet<string> = new Set<ListedLabel>(['Document', 'Entity', 'ArchivedDocument']);

/** A clause that makes nodes: of which label, and the expression that is their id. */
interface Maker {
  readonly label: string;
  readonly id: string;
}

const CLAUSES = /\b(?:MERGE|CREATE)\s*(?=\()/g;
/** An edge between nodes that were bound before. */
const EDGE = /^\(\w+\)(?:<-|-)\[[^\]]*\](?:->|-)\(\w+\)(?!\s*[-<])/;
/** A node on its own, with its id first. */
const NODE = /^\(\w*:(?<label>\w+) \{id: (?<id>[^,}]+)[,}][^()]*\)(?!\s*[-<,])/;
const LABEL_SET = /\bSET\s+\w+\s*:/;

export function madeBy(write: JournalledWrite): MadeByWrite {
  const nodes: MadeNodes[] = [];
  let isUnclear = false;
  for (const { cypher, parameters } of write) {
    const makers = makersIn(cypher);
    if (makers === null) isUnclear = true;
    for (const { label, id } of makers ?? []) {
      if (!LISTED.has(label)) continue;
      const ids = valuesOf(id, cypher, parameters);
      if (ids === null) isUnclear = true;
      else nodes.push({ label: label as ListedLabel, ids });
    }
  }
  return { nodes, isUnclear };
}

/** Null where a clause is not understood. */
function makersIn(cypher: string): readonly Maker[] | null {
  if (LABEL_SET.test(cypher)) return null;
  const makers: Maker[] = [];
  for (const { index, 0: word } of cypher.matchAll(CLAUSES)) {
    const pattern = cypher.slice(index + word.length);
    if (EDGE.test(pattern)) continue;
    const { label, id } = NODE.exec(pattern)?.groups ?? {};
    if (label === undefined || id === undefined) return null;
    makers.push({ label, id: id.trim() });
  }
  return makers;
}

/** What an expression comes to: a parameter, or what is unwound of one, or a property of that. */
function valuesOf(
  expression: string,
  cypher: string,
  parameters: Readonly<Record<string, unknown>>,
): readonly string[] | null {
  if (expression.startsWith('$')) return textsOf([parameters[expression.slice(1)]]);
  const [alias = '', property, ...more] = expression.split('.');
  const list = new RegExp(`\\bUNWIND \\$(\\w+) AS ${alias}\\b`).exec(cypher)?.[1];
  const values = list === undefined || more.length > 0 ? null : parameters[list];
  if (!Array.isArray(values)) return null;
  if (property === undefined) return textsOf(values);
  return textsOf(values.map((value: unknown) => (value as Record<string, unknown> | null)?.[property]));
}

function textsOf(values: readonly unknown[]): readonly string[] | null {
  return values.every((value) => typeof value === 'string') ? values : null;
}
