/**
 * Which nodes a write may have made, told from its texts and parameters: what is kept in order beside the engine takes
 * their ids up from here. What is not understood is said to be so, never passed over.
 */

import { LISTED_LABELS, type ListedLabel } from '../graph-store.ts';
import type { JournalledWrite } from './journal.ts';
import type { Counts } from './run-statements.ts';

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

const LISTED: ReadonlySet<string> = new Set(LISTED_LABELS);

/** A clause that makes nodes: of which label, and the expression that is their id. */
interface Maker {
  readonly label: string;
  readonly id: string;
}

const CLAUSES = /\b(?:MERGE|CREATE)\s*(?=\()/gi;
/** An edge between nodes that were bound before. */
const EDGE = /^\(\w+\)(?:<-|-)\[[^\]]*\](?:->|-)\(\w+\)(?!\s*[-<,])/;
/** A node on its own, with its id first. */
const NODE = /^\(\w*:(?<label>\w+) \{id: (?<id>[^,}]+)[,}][^()]*\)(?!\s*[-<,])/;
/** Where no map is left: its keys look the same. */
const LABEL_SET = /\bSET\b.*?[,\s]\w+\s*:/is;
const MAP = /\{[^{}]*\}/g;

/** `counts` are what the engine says it did, by statement. */
export function madeBy(write: JournalledWrite, counts: readonly Counts[]): MadeByWrite {
  const made = write.map((statement, at) => madeByOne(statement, counts[at]?.created ?? 0));
  return {
    nodes: made.flatMap(({ nodes }) => nodes),
    isUnclear: made.some(({ isUnclear }) => isUnclear),
  };
}

function madeByOne({ cypher, parameters }: JournalledWrite[number], created: number): MadeByWrite {
  const nodes: MadeNodes[] = [];
  const makers = makersIn(cypher);
  let isUnclear = makers === null;
  /** How many nodes there are ids of, whatever their label. */
  let told = 0;
  for (const { label, id } of makers ?? []) {
    const ids = valuesOf(id, cypher, parameters);
    told += ids?.length ?? Number.POSITIVE_INFINITY;
    if (!LISTED.has(label)) continue;
    if (ids === null) isUnclear = true;
    else nodes.push({ label: label as ListedLabel, ids });
  }
  return { nodes, isUnclear: isUnclear || created > told };
}

/** Null where a clause is not understood. */
function makersIn(cypher: string): readonly Maker[] | null {
  if (LABEL_SET.test(cypher.replace(MAP, ''))) return null;
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
  if (!/^\w+$/.test(alias) || more.length > 0) return null;
  const [list, again] = cypher.matchAll(
    new RegExp(`(?:\\bUNWIND\\s+\\$(\\w+)\\s+)?\\bAS\\s+${alias}\\b`, 'gi'),
  );
  // What is named twice may be the other one by then.
  const values = again === undefined ? parameters[list?.[1] ?? ''] : null;
  if (!Array.isArray(values)) return null;
  if (property === undefined) return textsOf(values);
  return textsOf(values.map((value: unknown) => (value as Record<string, unknown> | null)?.[property]));
}

function textsOf(values: readonly unknown[]): readonly string[] | null {
  return values.every((value) => typeof value === 'string') ? values : null;
}
