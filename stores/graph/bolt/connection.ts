/** The driver and its pool: sessions for one read, one write, one lone statement, each left behind when it is cut off. */

import { randomUUID } from 'node:crypto';
import type { Driver, Result, Session, Transaction } from 'neo4j-driver';
import type { Deadline } from '../../../platform/deadline.ts';
import { Problem } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import type { Credential } from '../../../platform/secrets/secrets.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import type { Row, Value } from '../graph-store.ts';
import type { Dialect, RunAlone } from './dialect.ts';
import { neo4j } from './driver.ts';
import { toBoltParameters, toRow } from './values.ts';

/** A connection that has idled for this long, in ms, is asked whether it still stands before it is used. */
const LIVENESS_CHECK_AFTER_MS = 60_000;
/** Results come whole: statements bound them, and a page at a time would cost a round trip each. */
const FETCH_ALL = -1;
/** How long stopping what was left behind may take, in ms. */
const TERMINATE_MS_MAX = 5_000;

export interface ConnectionOptions {
  /** `bolt://` or `neo4j://` (routing), with `+s` for TLS or `+ssc` for TLS with a self-signed certificate. */
  readonly url: string;
  readonly user: string;
  readonly password: Credential;
  /** Null for the user's home database. */
  readonly database: string | null;
  readonly connectionsMax: number;
  /** How long a call waits for a free connection, in ms. */
  readonly acquisitionTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly log: Log;
}

/** A text with what it is called in the server's list of transactions. */
export interface Query {
  readonly name: string;
  readonly cypher: string;
  readonly parameters: { readonly [name: string]: Value };
}

/** A transaction as the work inside it sees it: statements are sent at once, answers come in order. */
export interface OpenTransaction {
  run(query: Query): Promise<readonly Row[]>;
  commit(): Promise<void>;
}

export interface Connection {
  /** What the server calls itself: `Neo4j/5.26.30`. Rejects when it cannot be reached. */
  agent(): Promise<string>;
  setDialect(dialect: Dialect): void;
  read(query: Query, deadline: Deadline): Promise<readonly Row[]>;
  /** Runs `work` in a transaction on the server that takes writes; what it does not commit is rolled back. */
  transact<Result>(
    deadline: Deadline,
    work: (transaction: OpenTransaction) => Promise<Result>,
  ): Promise<Result>;
  /** One statement that is not allowed in a transaction, such as DDL. */
  runAlone: RunAlone;
  close(): Promise<void>;
}

export function connect(options: ConnectionOptions): Connection {
  const driver = createDriver(options);
  // Shared by all sessions, so that a read, wherever it goes, waits for the last write of this process.
  const bookmarkManager = neo4j().bookmarkManager();
  const leaving = new Set<Promise<unknown>>();
  let dialect: Dialect | null = null;

  const openSession = (access: 'READ' | 'WRITE') =>
    driver.session({ ...sessionConfig(options.database), defaultAccessMode: access, bookmarkManager });
  const readAccess = () =>
    options.url.startsWith('neo4j') && dialect?.readsOnReplicas !== true ? 'WRITE' : 'READ';
  const runAlone: RunAlone = async (cypher, parameters = {}) => {
    const session = openSession('WRITE');
    try {
      return await rowsOf(session.run(cypher, { ...parameters }));
    } finally {
      await session.close();
    }
  };

  /** Gives the connection back; one whose work was cut off is reset first, and the caller does not wait for that. */
  const leave = async (session: Session, callId: string, signal: AbortSignal) => {
    const closed = session.close();
    if (!signal.aborted) return closed;
    const left = Promise.allSettled([closed, terminate(callId)]).finally(() => leaving.delete(left));
    leaving.add(left);
  };
  const terminate = async (callId: string) => {
    const bounded = AbortSignal.timeout(TERMINATE_MS_MAX);
    await untilAborted(dialect?.terminate(runAlone, callId) ?? Promise.resolve(), bounded).catch((error) =>
      options.log.debug({ err: error }, 'A transaction that was left could not be stopped at the server.'),
    );
  };
  const within = async <Value>(
    deadline: Deadline,
    access: 'READ' | 'WRITE',
    work: (session: Session, config: TransactionConfig) => Promise<Value>,
  ): Promise<Value> => {
    const callId = randomUUID();
    const session = openSession(access);
    try {
      return await work(session, transactionConfig(callId, deadline));
    } finally {
      await leave(session, callId, deadline.signal);
    }
  };

  return {
    agent: async () => (await driver.getServerInfo()).agent ?? '',
    setDialect: (detected) => {
      dialect = detected;
    },
    read: ({ cypher, parameters }, deadline) =>
      within(deadline, readAccess(), (session, config) =>
        untilAborted(rowsOf(session.run(cypher, toBoltParameters(parameters), config)), deadline.signal),
      ),
    transact: (deadline, work) =>
      // Not awaited: its BEGIN then travels with the first statements.
      within(deadline, 'WRITE', (session, config) =>
        work(toOpenTransaction(session.beginTransaction(config), deadline.signal)),
      ),
    runAlone,
    close: async () => {
      await Promise.allSettled(leaving);
      await driver.close();
    },
  };
}

function sessionConfig(database: string | null) {
  return { ...(database === null ? {} : { database }), fetchSize: FETCH_ALL, disableAutoCommitRetries: true };
}

type TransactionConfig = ReturnType<typeof transactionConfig>;

/** The server's own limit is the call's, for where the call cannot be cut off from here. */
function transactionConfig(callId: string, deadline: Deadline) {
  return { timeout: Math.max(1, Math.ceil(deadline.at - Date.now())), metadata: { trellis: callId } };
}

function toOpenTransaction(transaction: Transaction, signal: AbortSignal): OpenTransaction {
  return {
    run: ({ cypher, parameters }) =>
      untilAborted(rowsOf(transaction.run(cypher, toBoltParameters(parameters))), signal),
    // Whether a commit was done must be known, so it is not cut off.
    commit: () => transaction.commit(),
  };
}

async function rowsOf(result: Result): Promise<readonly Row[]> {
  return (await result).records.map(toRow);
}

function createDriver({ url, user, password, ...options }: ConnectionOptions): Driver {
  const auth = {
    getToken: async () => neo4j().auth.basic(user, password() ?? ''),
    // Nobody knows another one before the secret changes, so what was refused stays refused.
    handleSecurityException: () => false,
  };
  return neo4j().driver(checkedUrl(url), auth, {
    maxConnectionPoolSize: options.connectionsMax,
    connectionAcquisitionTimeout: options.acquisitionTimeoutMs,
    connectionTimeout: options.connectionTimeoutMs,
    connectionLivenessCheckTimeout: LIVENESS_CHECK_AFTER_MS,
    useBigInt: true,
    telemetryDisabled: true,
    userAgent: 'trellis',
  });
}

const SCHEMES = ['bolt:', 'bolt+s:', 'bolt+ssc:', 'neo4j:', 'neo4j+s:', 'neo4j+ssc:'];

/** Refuses what the driver would refuse with the whole URL in its message, which may hold a password. */
function checkedUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !SCHEMES.includes(parsed.protocol) || parsed.host === '')
    throw new Problem(
      'BAD_INPUT',
      'The address of the graph server is not one of bolt://host:port, bolt+s://…, neo4j://… or neo4j+s://….',
    );
  if (parsed.username !== '' || parsed.password !== '')
    throw new Problem(
      'BAD_INPUT',
      'The address of the graph server holds a user or a password. Set these on their own, so that they reach no log.',
    );
  return url;
}
