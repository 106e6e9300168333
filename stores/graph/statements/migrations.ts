/** Which migrations of the data were made, how far one is, and what they read and write. */

import type { MigrationState } from '../../../model/migrations.ts';
import { type Statement, statement } from '../graph-store.ts';
import { textOf, textOrNull } from './rows.ts';

export interface MigrationNode {
  readonly number: number;
  readonly name: string;
  /** Hex of the SHA-256 of what it does. */
  readonly checksum: string;
  /** A migration without a node is `PENDING`. */
  readonly state: Exclude<MigrationState, 'PENDING'>;
  /** Where it goes on; empty at the beginning. */
  readonly after: string;
  readonly done: number;
  readonly total: number;
  readonly problem: string | null;
  /** RFC 3339. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** More than there will be. */
const NODES_MAX = 1_000;

/** Those that have a node, by number. */
export function migrationNodes(): Statement<MigrationNode> {
  return statement(
    'migrations.nodes',
    `MATCH (m:DataMigration) WHERE m.id > $after
     RETURN m.number AS number, m.name AS name, m.checksum AS checksum, m.state AS state, m.after AS after,
       m.done AS done, m.total AS total, m.problem AS problem, m.startedAt AS startedAt, m.finishedAt AS finishedAt
     ORDER BY number LIMIT $limit`,
    { after: '', limit: NODES_MAX },
    (row) => ({
      number: Number(row.number),
      name: textOf(row.name),
      checksum: textOf(row.checksum),
      state: textOf(row.state) as MigrationNode['state'],
      after: textOf(row.after),
      done: Number(row.done),
      total: Number(row.total),
      problem: textOrNull(row.problem),
      startedAt: textOrNull(row.startedAt),
      finishedAt: textOrNull(row.finishedAt),
    }),
  );
}

export function setMigration(number: number, changes: Partial<MigrationNode>): Statement<unknown> {
  return statement(
    'migrations.set',
    'MERGE (m:DataMigration {id: $id}) SET m += $changes',
    { id: ['migration', String(number).padStart(4, '0')].join('-'), changes: { ...changes, number } },
    (row) => row,
  );
}

/** As if none was made: for a graph that is to hold what comes from elsewhere. */
export function forgetMigrations(): Statement<unknown> {
  return statement(
    'migrations.forget',
    'MATCH (m:DataMigration) WHERE m.id > $after DETACH DELETE m',
    { after: '' },
    (row) => row,
  );
}

/** A chunk with those of its mentions that do not say what it calls the entity, beside where its text spells it. */
export interface SilentMentions {
  readonly chunkId: string;
  readonly mentions: readonly {
    readonly entityId: string;
    readonly name: string;
    readonly places: string | null;
  }[];
}

export function silentMentions(chunkIds: readonly string[]): Statement<SilentMentions> {
  return statement(
    'migrations.silentMentions',
    `MATCH (c:Chunk) WHERE c.id IN $chunkIds MATCH (c)-[m:MENTIONS]->(e:Entity) WHERE m.unplaced IS NULL
     RETURN c.id AS chunkId, collect(e.id) AS ids, collect(e.name) AS names, collect(coalesce(m.places, '')) AS places
     ORDER BY chunkId`,
    { chunkIds },
    (row) => {
      const [ids, names, places] = [row.ids, row.names, row.places] as readonly (readonly unknown[])[];
      return {
        chunkId: textOf(row.chunkId),
        mentions: (ids ?? []).map((id, at) => ({
          entityId: String(id),
          name: String(names?.[at]),
          places: places?.[at] === '' ? null : String(places?.[at]),
        })),
      };
    },
  );
}

export function sayUnplaced(
  mentions: readonly { readonly chunkId: string; readonly entityId: string; readonly unplaced: string }[],
): Statement<unknown> {
  return statement(
    'migrations.sayUnplaced',
    `UNWIND $rows AS r MATCH (c:Chunk {id: r.chunkId})-[m:MENTIONS]->(e:Entity {id: r.entityId})
     WHERE m.unplaced IS NULL SET m.unplaced = r.unplaced`,
    { rows: mentions.map((mention) => ({ ...mention })) },
    (row) => row,
  );
}
