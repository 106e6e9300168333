/** The whole graph, piece by piece: what is read from one store and written as it is into another. */

import { type Row, type Statement, statement, type Value } from '../graph-store.ts';
import { textOf } from './rows.ts';
import type { INDEXES } from './schema.ts';

/** Labels whose nodes are carried over, in an order in which nothing refers to what comes later. */
export const CARRIED_LABELS = [
  'Collection',
  'Document',
  'Chunk',
  'Entity',
  'Name',
  'Relationship',
  'Job',
  'Submission',
  'IndexState',
  'Removal',
  'ApiKey',
  'User',
  'Role',
  'Session',
  'AuditSegment',
  'AuditEntry',
  'DataMigration',
  'RetentionPolicy',
  'LegalHold',
  'Erasure',
  'PersonalDataPolicy',
  'TenantKey',
  'PrivacyTreatment',
  'ArchivedDocument',
] as const;
export type CarriedLabel = (typeof CARRIED_LABELS)[number];
/** Every label, also of what belongs to one installation. */
export type GraphLabel = keyof typeof INDEXES;

/** Each kind of edge with the label that it starts from. */
export const CARRIED_EDGES = {
  MENTIONS: 'Chunk',
  STATES: 'Chunk',
  RELATES: 'Entity',
  NAMES: 'Name',
} as const satisfies Readonly<Record<string, CarriedLabel>>;
export type CarriedEdge = keyof typeof CARRIED_EDGES;

export type Properties = { readonly [name: string]: Value };

export interface CarriedNode {
  readonly id: string;
  readonly properties: Properties;
}

export interface CarriedRelation {
  readonly source: string;
  readonly target: string;
  readonly properties: Properties;
}

/** Those of them that are there, in no certain order: to sort whole nodes costs an engine more than to find them. */
export function nodesByIds(label: CarriedLabel, ids: readonly string[]): Statement<CarriedNode> {
  return statement(
    'transfer.nodes',
    `UNWIND $ids AS wanted MATCH (n:${label} {id: wanted}) RETURN properties(n) AS properties`,
    { ids },
    decodeNode,
  );
}

/** By id, from behind `after`, in one trip: for servers, whose index knows the order. */
export function nodesAfter(label: GraphLabel, after: string, limit: number): Statement<CarriedNode> {
  return statement(
    'transfer.nodesAfter',
    `MATCH (n:${label}) WHERE n.id > $after WITH n ORDER BY n.id LIMIT $limit RETURN properties(n) AS properties`,
    { after, limit },
    decodeNode,
  );
}

function decodeNode(row: Row): CarriedNode {
  const properties = propertiesOf(row);
  return { id: textOf(properties['id']), properties };
}

/** By id, from behind `after`. For large pages: see `createIdCursor`. */
export function idsAfter(label: CarriedLabel, after: string, limit: number): Statement<string> {
  return statement(
    'transfer.ids',
    `MATCH (n:${label}) WHERE n.id > $after RETURN n.id AS id ORDER BY id LIMIT $limit`,
    { after, limit },
    (row) => textOf(row.id),
  );
}

/** A node by its number in an engine that numbers nodes as they are made. */
export interface NodePlace {
  readonly place: number;
  readonly id: string;
}

/** By number, from behind `after`. Each look is at the whole label: for large pages, of engines that have it in memory. */
export function placesAfter(label: CarriedLabel, after: number, limit: number): Statement<NodePlace> {
  return statement(
    'transfer.places',
    `MATCH (n:${label}) WHERE id(n) > $after RETURN id(n) AS place, n.id AS id ORDER BY place LIMIT $limit`,
    { after, limit },
    (row) => ({ place: Number(row.place), id: textOf(row.id) }),
  );
}

export function putNodes(label: GraphLabel, nodes: readonly CarriedNode[]): Statement<unknown> {
  return statement(
    'transfer.putNodes',
    `UNWIND $rows AS r MERGE (n:${label} {id: r.id}) SET n += r.properties`,
    { rows: nodes.map(({ id, properties }) => ({ id, properties })) },
    (row) => row,
  );
}

const READ_EDGES: { readonly [edge in CarriedEdge]: string } = {
  MENTIONS: '(a:Chunk {id: source})-[e:MENTIONS]->(b:Entity)',
  STATES: '(a:Chunk {id: source})-[e:STATES]->(b:Relationship)',
  RELATES: '(a:Entity {id: source})-[e:RELATES]->(b:Entity)',
  NAMES: '(a:Name {id: source})-[e:NAMES]->(b:Entity)',
};

/** The edges of a kind that start at these nodes. */
export function edgesFrom(edge: CarriedEdge, sources: readonly string[]): Statement<CarriedRelation> {
  return statement(
    'transfer.edges',
    `UNWIND $sources AS source MATCH ${READ_EDGES[edge]} RETURN source, b.id AS target, properties(e) AS properties`,
    { sources },
    (row) => ({ source: textOf(row.source), target: textOf(row.target), properties: propertiesOf(row) }),
  );
}

/** A relationship's edge is told from others between the same entities by its id; of the others there is one. */
const WRITE_EDGES: { readonly [edge in CarriedEdge]: string } = {
  MENTIONS: 'MATCH (a:Chunk {id: r.source}) MATCH (b:Entity {id: r.target}) MERGE (a)-[e:MENTIONS]->(b)',
  STATES: 'MATCH (a:Chunk {id: r.source}) MATCH (b:Relationship {id: r.target}) MERGE (a)-[e:STATES]->(b)',
  RELATES:
    'MATCH (a:Entity {id: r.source}) MATCH (b:Entity {id: r.target}) MERGE (a)-[e:RELATES {id: r.id}]->(b)',
  NAMES: 'MATCH (a:Name {id: r.source}) MATCH (b:Entity {id: r.target}) MERGE (a)-[e:NAMES]->(b)',
};

export function putEdges(edge: CarriedEdge, relations: readonly CarriedRelation[]): Statement<unknown> {
  return statement(
    'transfer.putEdges',
    `UNWIND $rows AS r ${WRITE_EDGES[edge]} SET e += r.properties`,
    { rows: relations.map((relation) => ({ ...relation, id: relation.properties['id'] ?? null })) },
    (row) => row,
  );
}

export function countNodes(label: GraphLabel): Statement<number> {
  return statement('transfer.countNodes', `MATCH (n:${label}) RETURN count(n) AS n`, {}, (row) =>
    Number(row.n),
  );
}

/** How many come after this id. */
export function countNodesBehind(label: CarriedLabel, after: string): Statement<number> {
  return statement(
    'transfer.countNodesBehind',
    `MATCH (n:${label}) WHERE n.id > $after RETURN count(n) AS n`,
    { after },
    (row) => Number(row.n),
  );
}

/** How far a move into this graph is; kept here, so that it is written with what it counts. */
export interface MoveState {
  /** What is moved, in words: a resumed move must be of the same. */
  readonly source: string;
  /** The source's revision when the move began. */
  readonly revision: number;
  readonly step: number;
  /** Id of the last node carried in this step; empty at its beginning. */
  readonly after: string;
}

export function moveState(): Statement<MoveState> {
  return statement(
    'transfer.moveState',
    `MATCH (m:Move {id: 'move'}) RETURN m.source AS source, m.revision AS revision, m.step AS step, m.after AS after`,
    {},
    (row) => ({
      source: textOf(row.source),
      revision: Number(row.revision),
      step: Number(row.step),
      after: textOf(row.after),
    }),
  );
}

export function setMoveState(state: MoveState): Statement<unknown> {
  return statement(
    'transfer.setMoveState',
    `MERGE (m:Move {id: 'move'}) SET m += $properties`,
    { properties: { ...state } },
    (row) => row,
  );
}

/** Absent properties and those that are null are the same. */
function propertiesOf(row: Row): Properties {
  const all = (row['properties'] ?? {}) as Properties;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}
