/**
 * Migrations of the data: which there are, which were made, and making them. A call only notes what is wanted; the leader
 * does it, one piece after another, each written together with how far it is, so that a crash costs nothing.
 */

import { type AuditEvent, ownEvent } from '../../model/audit.ts';
import type { MigrationReport } from '../../model/migrations.ts';
import { invariant, Problem, toProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { Part } from '../../platform/part.ts';
import { pause } from '../../platform/pause.ts';
import type { CallOptions, GraphStore } from '../../stores/graph/graph-store.ts';
import { createIdCursor } from '../../stores/graph/id-cursor.ts';
import {
  type MigrationNode,
  migrationNodes,
  setMigration,
} from '../../stores/graph/statements/migrations.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Duty } from '../leader.ts';
import { firstUnknown } from './known.ts';
import { MIGRATIONS } from './list.ts';
import { checksumOf, type Migration } from './migration.ts';

/** Between two pieces, so that writers and readers come in between, in ms. */
const PAUSE_MS = 20;
/** How often the leader looks whether there is something to do, in ms. */
const LOOK_EVERY_MS = 3_000;

export interface MigrationOptions {
  readonly graph: GraphStore;
  /** Whether those that are pending are made without being asked for. */
  readonly auto: boolean;
  /** Keeps what was made, as it does what people do. */
  readonly record: AuditLog['record'];
  readonly log: Log;
  readonly now: () => Date;
  readonly migrations?: readonly Migration[];
  readonly pauseMs?: number;
  readonly lookEveryMs?: number;
}

export interface Migrations {
  list(options?: CallOptions): Promise<readonly MigrationReport[]>;
  /** Asks for all that are not made, up to `to`. Rejects with NOT_FOUND where there is no such number. */
  request(to?: number): Promise<readonly MigrationReport[]>;
  /** Takes back those behind `to`, the last first. Rejects with CONFLICT where one cannot be, or is under way. */
  revert(to: number): Promise<readonly MigrationReport[]>;
  /** Rejects, at the start, with CONFLICT where the data is of a newer version, or of another history. */
  readonly check: Part;
  /** Makes what is wanted. */
  readonly duty: Duty;
}

export function createMigrations(options: MigrationOptions): Migrations {
  const { graph, auto, now, migrations = MIGRATIONS } = options;
  const nodes = nodesOf(graph);
  const list = async (call?: CallOptions) => {
    const known = await nodes(call);
    return migrations.map((migration) => toReport(migration, known.get(migration.number)));
  };
  const last = migrations.at(-1)?.number ?? 0;

  return {
    list,
    request: async (to = last) => {
      requireNumber(to, { from: 1, last });
      const known = await nodes();
      const wanted = migrations.filter(({ number }) => number <= to && !isUnderWay(known.get(number)));
      await graph.write(wanted.map((migration) => setMigration(migration.number, asked(migration))));
      return list();
    },
    revert: async (to) => {
      requireNumber(to, { from: 0, last });
      const known = await nodes();
      const made = migrations.filter(({ number }) => number > to && known.get(number) !== undefined);
      for (const migration of made) requireRevertible(migration, known.get(migration.number));
      const finishedAt = now().toISOString();
      await graph.write(
        made.map(({ number }) => setMigration(number, { state: 'REVERTED', after: '', finishedAt })),
      );
      return list();
    },
    check: {
      name: 'migrations',
      start: async () => requireKnown([...(await nodes()).values()], migrations),
      close: async () => undefined,
    },
    duty: {
      name: 'migrations',
      run: (signal) => makeWanted({ ...options, migrations, nodes, auto }, signal),
    },
  };
}

/** All that are not made yet, of data that nobody else uses: part of an older backup, say. Rejects where one fails. */
export async function migrateAlone(
  options: Pick<MigrationOptions, 'graph' | 'log' | 'now'>,
  signal: AbortSignal,
): Promise<void> {
  const nodes = nodesOf(options.graph);
  const record = async () => undefined;
  await makeAll({ ...options, auto: true, migrations: MIGRATIONS, pauseMs: 0, nodes, record }, signal);
  signal.throwIfAborted();
}

function nodesOf(graph: GraphStore) {
  return async (call?: CallOptions): Promise<ReadonlyMap<number, MigrationNode>> =>
    new Map((await graph.read(migrationNodes(), call)).map((node) => [node.number, node]));
}

interface Making extends MigrationOptions {
  readonly migrations: readonly Migration[];
  readonly nodes: (call: CallOptions) => Promise<ReadonlyMap<number, MigrationNode>>;
}

/** Looks again and again, until the signal aborts: another process may ask for one. */
async function makeWanted(making: Making, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await makeAll(making, signal).catch((error: unknown) => {
      if (!signal.aborted) making.log.error({ error }, 'A migration of the data failed; it is tried again.');
    });
    await pause(making.lookEveryMs ?? LOOK_EVERY_MS, signal);
  }
}

/** In order: one that fails holds up those behind it. */
async function makeAll(making: Making, signal: AbortSignal): Promise<void> {
  const known = await making.nodes({ signal });
  for (const migration of making.migrations) {
    const node = known.get(migration.number);
    if (node?.state === 'DONE') continue;
    const isWanted = node === undefined ? making.auto : node.state !== 'REVERTED';
    if (!isWanted) return;
    await make(making, migration, node, signal);
    if (signal.aborted) return;
  }
}

async function make(
  { graph, log, now, record, pauseMs = PAUSE_MS }: Making,
  migration: Migration,
  node: MigrationNode | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { number, name } = migration;
  let { after, done } = node?.state === 'RUNNING' ? node : { after: '', done: 0 };
  if (node?.state !== 'RUNNING') {
    const total = await migration.count(graph, { signal });
    const startedAt = now().toISOString();
    await graph.write([
      setMigration(number, { ...asked(migration), state: 'RUNNING', total, startedAt, finishedAt: null }),
    ]);
    log.info({ number, name, total }, 'A migration of the data begins.');
  }
  const cursor = createIdCursor(graph, migration.label);
  try {
    while (!signal.aborted) {
      const piece = await migration.piece(graph, after, { signal, cursor });
      if (piece === null) {
        const finishedAt = now().toISOString();
        await graph.write([setMigration(number, { state: 'DONE', problem: null, finishedAt })]);
        log.info({ number, name, done }, 'A migration of the data is done.');
        await record([eventOf(migration, `It is done; ${done} of its label were looked at.`)]);
        return;
      }
      ({ after } = piece);
      done += piece.looked;
      await graph.write([...piece.statements, setMigration(number, { after, done, problem: null })]);
      await pause(pauseMs, signal);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const { code, message } = toProblem(error);
    await graph.write([setMigration(number, { problem: message })]);
    // It is tried again soon: the same is told once.
    if (node?.problem !== message) await record([eventOf(migration, message, code)]);
    throw error;
  }
}

function eventOf({ number, name }: Migration, detail: string, code: string | null = null): AuditEvent {
  return ownEvent({ action: 'migration', targets: [`${number} ${name}`], code, detail });
}

function asked(migration: Migration): Partial<MigrationNode> {
  const { name } = migration;
  const checksum = checksumOf(migration);
  return { name, checksum, state: 'REQUESTED', after: '', done: 0, total: 0, problem: null };
}

function isUnderWay(node: MigrationNode | undefined): boolean {
  return node !== undefined && node.state !== 'REVERTED';
}

function toReport(migration: Migration, node: MigrationNode | undefined): MigrationReport {
  const { number, name, description, revert } = migration;
  const about = { number, name, description, canRevert: revert !== null };
  if (node === undefined)
    return {
      ...about,
      state: 'PENDING',
      done: 0,
      total: 0,
      problem: null,
      startedAt: null,
      finishedAt: null,
    };
  const { state, done, total, problem, startedAt, finishedAt } = node;
  return { ...about, state, done: Math.min(done, total), total, problem, startedAt, finishedAt };
}

function requireNumber(
  number: number,
  { from, last }: { readonly from: number; readonly last: number },
): void {
  if (Number.isInteger(number) && number >= from && number <= last) return;
  throw new Problem('NOT_FOUND', `There is no migration ${number}: they go from ${from} to ${last}.`);
}

function requireRevertible({ number, name, revert }: Migration, node: MigrationNode | undefined): void {
  if (node?.state === 'RUNNING')
    throw new Problem(
      'CONFLICT',
      `Migration ${number} (${name}) is under way. Take it back once it is done.`,
    );
  if (revert === null)
    throw new Problem(
      'CONFLICT',
      `Migration ${number} (${name}) cannot be taken back. Restore a backup from before it.`,
    );
}

/** Data that this version does not understand must not be written to. */
function requireKnown(nodes: readonly MigrationNode[], migrations: readonly Migration[]): void {
  const strange = firstUnknown(nodes, migrations);
  const known = migrations.find(({ number }) => number === strange?.number);
  if (strange !== null && known === undefined)
    throw new Problem(
      'CONFLICT',
      `The data was changed by a newer Trellis: it has migration ${strange.number} (${strange.name}), and this version knows ${migrations.length}. Start the newer version; there, "trellis migrate --revert ${migrations.length}" may make the data fit for this one.`,
    );
  if (strange !== null)
    throw new Problem(
      'CONFLICT',
      `The data has another migration ${strange.number} (${strange.name}) than this version (${known?.name}): it is of a build that was never released. Restore a backup, or start that build.`,
    );
  invariant(
    migrations.every(({ number }, at) => number === at + 1),
    'migrations are numbered from 1 without gaps',
  );
}
