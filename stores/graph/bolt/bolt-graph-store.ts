/** The graph behind the port on a server that speaks Bolt: Memgraph, or Neo4j. */

import { type Deadline, startDeadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { Log } from '../../../platform/log.ts';
import type { Credential } from '../../../platform/secrets/secrets.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { type CallOptions, type GraphStore, type Statement, statement } from '../graph-store.ts';
import { type Connection, connect } from './connection.ts';
import { detectDialect, type Server } from './detect-dialect.ts';
import type { DialectName } from './dialect.ts';
import { type FailureSigns, failureKind, toGraphProblem } from './failures.ts';
import { migrate } from './migrations.ts';
import { retryBriefly, retryUntilKnown } from './retries.ts';
import { createWriter, type Writer } from './writer.ts';

const DEFAULTS = {
  /** Connections to each server. */
  connectionsMax: 50,
  acquisitionTimeoutMs: 10_000,
  connectionTimeoutMs: 5_000,
  /** Longest time of a call that brings no bound of its own, in ms. */
  callTimeoutMs: 30_000,
  /** Longest time of opening, indexes of a large graph included, in ms. */
  openTimeoutMs: 600_000,
};
/** Longest time of the question whether the server lives, in ms. */
const PING_MS = 2_000;
/** Longest time of the last word at closing, in ms. */
const FAREWELL_MS = 2_000;

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
  readonly log: Log;
}

/** What there is between opening and closing. */
interface Opened extends Server {
  readonly writer: Writer;
}

export function createBoltGraphStore({ dialect: given, ...options }: BoltGraphOptions): GraphStore {
  const settings = { ...DEFAULTS, database: null, ...options };
  const underWay = new Set<Promise<unknown>>();
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
    run: (opened: Opened, deadline: Deadline, onCommit: () => void) => Promise<Result>,
  ): Promise<Result> => {
    if (opened === null) throw notOpen();
    const deadline = startDeadline(timeoutMs, signal);
    let committing = false;
    try {
      deadline.signal.throwIfAborted();
      const work = run(opened, deadline, () => {
        committing = true;
      });
      track(work);
      return await untilAborted(work, deadline.signal);
    } catch (error) {
      throw toGraphProblem(error, { signs, signal: deadline.signal, committing });
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

  return {
    open: async () => {
      opened = await openInTime(connection, given ?? null, settings);
      signs = opened.dialect.failures;
    },
    read,
    write: (statements, callOptions = {}) =>
      call(callOptions, ({ writer }, deadline, onCommit) =>
        writer.write([...statements], deadline, onCommit),
      ),
    revision: async () => (await read(REVISION))[0] ?? 0,
    openSnapshot: async () => {
      throw noSnapshots();
    },
    health: () =>
      probeHealth('graph', opened === null ? 'bolt' : `${opened.dialect.product} ${opened.version}`, () =>
        read(PING, { timeoutMs: PING_MS }),
      ),
    close: async () => {
      const closing = opened;
      opened = null;
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

async function openInTime(
  connection: Connection,
  given: DialectName | null,
  { openTimeoutMs, log }: { readonly openTimeoutMs: number; readonly log: Log },
): Promise<Opened> {
  const deadline = startDeadline(openTimeoutMs);
  try {
    return await openServer(connection, given, log, deadline);
  } catch (error) {
    throw toGraphProblem(error, { signs: [], signal: deadline.signal, committing: false });
  } finally {
    deadline.release();
  }
}

async function openServer(
  connection: Connection,
  given: DialectName | null,
  log: Log,
  deadline: Deadline,
): Promise<Opened> {
  const server = await untilAborted(detectDialect(connection, given), deadline.signal);
  const { dialect } = server;
  const kindOf = (error: unknown) => failureKind(error, dialect.failures);
  connection.setDialect(dialect);
  const retries = retryBriefly(kindOf);
  await migrate({ dialect, run: connection.runAlone, retries, log, signal: deadline.signal });
  const writer = createWriter({
    connection,
    toText: dialect.toText,
    briefly: retries,
    untilKnown: retryUntilKnown(kindOf),
  });
  await retries.execute(() => writer.forgetOld(), deadline.signal);
  return { ...server, writer };
}

/** Takes back what this process keeps in the graph; a server that is gone keeps it for a while. */
async function sayFarewell(writer: Writer, log: Log): Promise<void> {
  await untilAborted(writer.forget(), AbortSignal.timeout(FAREWELL_MS)).catch((error) =>
    log.debug({ err: error }, 'The graph server was left without a farewell.'),
  );
}

/** Neo4j shows a transaction what others commit meanwhile. */
function noSnapshots(): Problem {
  return new Problem(
    'CONFLICT',
    'A graph server gives no view of one revision, so Trellis does not back it up. Use the server’s own backup.',
  );
}

function notOpen(): Problem {
  return new Problem('UNAVAILABLE', 'The graph is not open. Try again once Trellis has started.');
}

function ignore(): void {
  // The call itself has told its failure.
}
