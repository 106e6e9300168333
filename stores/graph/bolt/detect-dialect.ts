/** Which server answers, from its own words, and whether it is new enough. */

import { Problem } from '../../../platform/errors.ts';
import type { Connection } from './connection.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { isDriverError } from './driver.ts';
import { failureKind } from './failures.ts';
import { MEMGRAPH } from './memgraph.ts';
import { NEO4J } from './neo4j.ts';

export interface Server {
  readonly dialect: Dialect;
  readonly version: string;
}

const DIALECTS: { readonly [name in DialectName]: Dialect } = { memgraph: MEMGRAPH, neo4j: NEO4J };

/** Asks the server; `given` says what it must be, and any other is refused. */
export async function detectDialect(connection: Connection, given: DialectName | null): Promise<Server> {
  const agent = await connection.agent();
  const memgraphVersion = await askMemgraph(connection);
  const server: Server =
    memgraphVersion === null
      ? { dialect: NEO4J, version: versionIn(agent) }
      : { dialect: MEMGRAPH, version: versionIn(memgraphVersion) };
  if (given !== null && server.dialect.name !== given)
    throw new Problem(
      'UNAVAILABLE',
      `The graph server is ${server.dialect.product}, not ${DIALECTS[given].product}. Correct its address or its kind.`,
    );
  checkVersion(server);
  return server;
}

/** Memgraph's version; null from a server that does not know the question, which Memgraph's name may be hidden from. */
async function askMemgraph(connection: Connection): Promise<string | null> {
  try {
    const [row] = await connection.runAlone('SHOW VERSION');
    return String(row?.version ?? '');
  } catch (error) {
    // Memgraph, which may refuse the question to this user, answers with codes of its own.
    const neo4jRefused = isDriverError(error) && error.code.startsWith('Neo.');
    if (neo4jRefused && failureKind(error, NEO4J.failures) === 'REJECTED') return null;
    throw error;
  }
}

function versionIn(text: string): string {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? 'unknown';
}

function checkVersion({ dialect, version }: Server): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [majorMin, minorMin] = dialect.versionMin;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new Problem(
    'UNAVAILABLE',
    `${dialect.product} ${version} is too old: Trellis needs ${majorMin}.${minorMin} or newer. Update the server.`,
  );
}
