/**
 * A real Neo4j for tests: one a run, started when a test first asks for it, and lent to one test file after the other,
 * since its free edition holds one graph. `NEO4J_URL` (with `NEO4J_USER` and `NEO4J_PASSWORD`) lends another one; its
 * graph is emptied.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import { javaMissing, librariesOf } from './maven.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface BoltServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const FOLDER = join(import.meta.dirname, 'neo4j');
/** Where this run's desk is reached, for the processes of the run. */
const DESK_PORT = 'NEO4J_TEST_DESK';

/** Why there is no Neo4j here; null when there is one. */
export function neo4jMissing(): string | null {
  if (process.env.NEO4J_URL !== undefined) return null;
  const missing = javaMissing();
  return missing === null ? null : `${missing}, and NEO4J_URL not set`;
}

/** Waits for the server and keeps it until this process ends or gives it back. */
export async function borrowNeo4j(): Promise<BoltServer & { giveBack(): void }> {
  const { NEO4J_URL: url, NEO4J_USER: user = 'neo4j', NEO4J_PASSWORD: password = '' } = process.env;
  const socket = connect(Number(process.env[DESK_PORT]), '127.0.0.1');
  const [answer] = (await once(createInterface(socket), 'line')) as [string];
  const lent = JSON.parse(answer) as BoltServer | { readonly error: string };
  if ('error' in lent) throw new Error(lent.error);
  return { ...(url === undefined ? lent : { url, user, password }), giveBack: () => socket.destroy() };
}

/** The run's desk: whoever connects waits in line; whoever is served has the server until it disconnects. */
export async function openDesk(): Promise<{ close(): Promise<void> }> {
  let running: Promise<RunningNeo4j> | null = null;
  let line: Promise<unknown> = Promise.resolve();
  const serve = async (socket: Socket) => {
    const left = once(socket, 'close');
    if (process.env.NEO4J_URL === undefined) running ??= startNeo4j();
    const answer = await (running ?? Promise.resolve({})).catch((error: unknown) => ({
      error: String(error),
    }));
    socket.write(`${JSON.stringify(answer)}\n`);
    await left;
  };
  const desk: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    line = line.then(() => (socket.destroyed ? undefined : serve(socket)));
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  process.env[DESK_PORT] = String((desk.address() as AddressInfo).port);
  return {
    close: async () => {
      desk.close();
      await running?.then((server) => server.close()).catch(() => undefined);
    },
  };
}

export type RunningNeo4j = BoltServer & ServerProcess;

export async function startNeo4j(): Promise<RunningNeo4j> {
  const [libraries, port] = await Promise.all([librariesOf(FOLDER), freePort()]);
  const password = randomBytes(12).toString('hex');
  const url = `bolt://127.0.0.1:${port}`;
  const launcher = join(FOLDER, 'Launcher.java');
  const server = await startServerProcess('neo4j', (folder) => ({
    program: 'java',
    given: ['-Xmx448m', '-XX:+UseSerialGC', '-cp', libraries, launcher, folder, password, String(port)],
    isReady: (said) => said.includes(url),
  }));
  return { ...server, url, user: 'neo4j', password };
}
