/** The graph behind the port on a server that speaks Bolt: Memgraph, or Neo4j. */

import { FIRST_NAMESPACE, type Namespace } from '../../../model/namespace.ts';
import { type Deadline, startDeadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { Log } from '../../../platform/log.ts';
import type { Credential } from '../../../platform/secrets/secrets.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import {
  type CallOptions,
  type GraphSnapshot,
  type GraphStore,
  type Statement,
  statement,
  type WriteOptions,
} from '../graph-store.ts';
import { type Connection, connect } from './connection.ts';
import { detectDialect, type Server } from './detect-dialect.ts';
import type { DialectName } from './dialect.ts';
import { type FailureSigns, failureKind, type Stage, toGraphProblem } from './failures.ts';
import { type InNamespace, inNamespace } from './in-namespace.ts';
import { migrate } from './migrations.ts';
import { retryBriefly, retryUntilKnown } from './retries.ts';
import { openView } from './view.ts';
import { createWriter, type Writer } from './writer.ts';

const DEFAULTS = {
  /** Connections to each server. */
  connectionsMax: 50,
  acquisitionTimeoutMs: 10_000,
  connectionTimeoutMs: 5_000,
  /** Longest time of a call that brings no bound of its own, in ms. */
  callTimeoutMs: 30_000,
  /** Longest wait of a write for its turn, in ms: less than requests may take, so that who asked is told. */
  turnMs: 20_000,
  /** Longest time of a view of one revision, in ms: as long may writers have to wait for a backup. */
  viewMs: 120_000,
  /** Longest time of opening, indexes of a large graph included, in ms. */
  openTimeoutMs: 600_000,
};
/** Longest time of the question whether the server lives, in ms. */
const PING_MS = 2_000;
/** Longest time of the last word at closing, in ms. */
const FAREWELL_MS = 2_000;
const NEVER = new AbortController().signal;

export interface BoltGraphOptions extends Partial<typeof DEFAULTS> {
  /** `bolt://` or `neo4j://` (routing), with `+s` for TLS or `+ssc` for TLS with a self-signed certificate. */
  readonly url: string;
  readonly user: string;
  /** Asked for whenever a connection is used: one that was made with another one is made anew. */
  readonly password: Credential;
  /** Null or absent for the user's home database. */
  readonly database?: string | null;
  /** What the server must be; it says so itself where this is left out. */
  readonly dialect?: DialectName;
  /** Which of several installations on the server this is; the first by default. */
  readonly namespace?: Namespace;
  readonly log: Log;
}

/** What there is between opening and closing. */
interface Opened extends Server {
  readonly writer: Writer;
}

export function createBoltGraphStore({ dialect: given, ...options }: BoltGraphOptions): GraphStore {
  const settings = { ...DEFAULTS, database: null, namespace: FIRST_NAMESPACE, ...options };
  const placing = inNamespace(settings.namespace);
  const underWay = new Set<Promise<unknown>>();
  const views = new Set<GraphSnapshot>();
  const track = (work: Promise<unknown>) => {
    const settled = work.then(ignore, ignore).finally(() => underWay.delete(settled));
    underWay.add(settled);
  };
  // Also refuses a wrong address; it connects when it is first used.
  const connection = connect(settings);
  let opened: Opened | null = null;
  // Kept beyond closing, for calls that are still under way then.
  let signs: FailureSigns = [];
  const briefly = retryBriefly((error) => failureKind(error, signs));

  /** Runs within the caller's bound and tells failures as the port promises. */
  const call = async <Result>(
    { signal, timeoutMs = settings.callTimeoutMs }: CallOptions,
    run: (opened: Opened, deadline: Deadline, onStage: (stage: Stage) => void) => Promise<Result>,
  ): Promise<Result> => {
    if (opened === null) throw notOpen();
    const deadline = startDeadline(timeoutMs, signal);
    let stage: Stage = 'READING';
    try {
      deadline.signal.throwIfAborted();
      const work = run(opened, deadline, (next) => {
        stage = next;
      });
      track(work);
      return await untilAborted(work, deadline.signal);
    } catch (error) {
      throw toGraphProblem(error, { signs, signal: deadline.signal, stage });
    } finally {
      deadline.release();
    }
  };

  const read = <Result>(wanted: Statement<Result>, callOptions: CallOptions = {}) =>
    call(callOptions, async ({ dialect }, deadline) => {
      const query = { ...wanted, cypher: dialect.toText(wanted.cypher) };
      const rows = await briefly.execute(() => connection.read(query, deadline), deadline.signal);
      return rows.map((row) => wanted.decode(row));
    });

  const openSnapshot = async ({ dialect }: Opened) => {
    const onClosed = () => void views.delete(view);
    const opening = openView({ ...{ connection, dialect, briefly, onClosed }, ...settings });
    track(opening);
    const view = await opening.catch((error: unknown) => {
      throw toGraphProblem(error, { signs, signal: NEVER, stage: 'READING' });
    });
    views.add(view);
    if (opened !== null) return view;
    await view.close();
    throw notOpen();
  };
  const write = (statements: readonly Statement<unknown>[], { beside = false, ...options }: WriteOptions) =>
    call(options, ({ writer }, deadline, onStage) =>
      beside
        ? writer.writeBeside(statements, deadline)
        : inTurn(settings.turnMs, deadline, onStage, (tell) => writer.write(statements, deadline, tell)),
    );

  return {
    open: async () => {
      opened = await openInTime(connection, { ...settings, placing, given: given ?? null });
      signs = opened.dialect.failures;
    },
    read,
    write: (statements, options = {}) => write([...statements], options),
    revision: async () => (await read(REVISION))[0] ?? 0,
    openSnapshot: async () => {
      if (opened === null) throw notOpen();
      return openSnapshot(opened);
    },
    health: () =>
      probeHealth('graph', opened === null ? 'bolt' : `${opened.dialect.product} ${opened.version}`, () =>
        read(PING, { timeoutMs: PING_MS }),
      ),
    close: async () => {
      const closing = opened;
      opened = null;
      await Promise.all([...views].map((view) => view.close()));
      await Promise.all(underWay);
      if (closing !== null) await sayFarewell(closing.writer, settings.log);
      await connection.close();
    },
  };
}

const REVISION = statement(
  'graph.revision',
  `MATCH (n:Revision {id: 'graph'}) RETURN n.value AS value`,
  {},
  (row) => Number(row.value ?? 0),
);
const PING = statement('graph.ping', 'RETURN 1 AS one', {}, (row) => row.one);

interface Opening {
  /** What the server must be; null for whatever it says it is. */
  readonly given: DialectName | null;
  readonly placing: InNamespace;
  readonly openTimeoutMs: number;
  readonly log: Log;
}

async function openInTime(connection: Connection, opening: Opening): Promise<Opened> {
  const deadline = startDeadline(opening.openTimeoutMs);
  try {
    return await openServer(connection, opening, deadline);
  } catch (error) {
    throw toGraphProblem(error, { signs: [], signal: deadline.signal, stage: 'READING' });
  } finally {
    deadline.release();
  }
}

async function openServer(
  connection: Connection,
  { given, placing, log }: Opening,
  { signal }: Deadline,
): Promise<Opened> {
  const server = await untilAborted(detectDialect(connection, given), signal);
  const { dialect } = server;
  const kindOf = (error: unknown) => failureKind(error, dialect.failures);
  connection.setDialect(dialect);
  const retries = retryBriefly(kindOf);
  await migrate({ ...{ dialect, placing, log, signal }, run: connection.runAlone, retries });
  const toText = (cypher: string) => dialect.toText(placing.text(cypher));
  const writer = createWriter({ connection, toText, briefly: retries, untilKnown: retryUntilKnown(kindOf) });
  await retries.execute(() => writer.forgetOld(), signal);
  return { ...server, dialect: { ...dialect, toText }, writer };
}

/** Takes back what this process keeps in the graph; a server that is gone keeps it for a while. */
async function sayFarewell(writer: Writer, log: Log): Promise<void> {
  await untilAborted(writer.forget(), AbortSignal.timeout(FAREWELL_MS)).catch((error) =>
    log.debug({ err: error }, 'The graph server was left without a farewell.'),
  );
}

/** Ends the call where the write still waits after `turnMs`. */
async function inTurn<Result>(
  turnMs: number,
  deadline: Deadline,
  onStage: (stage: Stage) => void,
  run: (onStage: (stage: Stage) => void) => Promise<Result>,
): Promise<Result> {
  let waits = true;
  const missed = () => waits && deadline.cancel(new DOMException('The turn did not come.', 'TimeoutError'));
  const timer = setTimeout(missed, turnMs);
  onStage('WAITING');
  try {
    return await run((stage) => {
      waits = stage === 'WAITING';
      onStage(stage);
    });
  } finally {
    clearTimeout(timer);
  }
}

function notOpen(): Problem {
  return new Problem('UNAVAILABLE', 'The graph is not open. Try again once Trellis has started.');
}

function ignore(): void {
  // The call itself has told its failure.
}
