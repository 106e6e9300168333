/**
 * A real Neo4j for tests, started when a test first asks for it, and lent to one test file after the other, since its
 * free edition holds one graph. `NEO4J_URL` (with `NEO4J_USER` and `NEO4J_PASSWORD`) lends another one; its graph is
 * emptied.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import { javaMissing } from './maven.ts';
import { type Neo4jProgram, neo4jProgram } from './neo4j-program.ts';

export interface BoltServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

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

/**
 * The run's desk: whoever connects has a server to itself until it disconnects. There are as many as files run beside each
 * other, started when they are first needed; where there is another one to lend, whoever comes later waits in line.
 */
export async function openDesk(filesAtOnce: number): Promise<{ close(): Promise<void> }> {
  const isForeign = process.env.NEO4J_URL !== undefined;
  const free: Promise<RunningNeo4j | null>[] = [];
  const started: Promise<RunningNeo4j | null>[] = [];
  const line: ((server: Promise<RunningNeo4j | null>) => void)[] = [];
  const take = () => {
    const server = free.pop();
    if (server !== undefined) return server;
    if (started.length >= (isForeign ? 1 : filesAtOnce))
      return new Promise<RunningNeo4j | null>((resolve) => line.push(resolve));
    const one = isForeign ? Promise.resolve(null) : startNeo4j();
    started.push(one);
    return one;
  };
  const giveBack = (server: Promise<RunningNeo4j | null>) => {
    const next = line.shift();
    if (next === undefined) free.push(server);
    else next(server);
  };
  const desk = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    const server = take();
    socket.once('close', () => giveBack(server));
    void server.then(
      (lent) => socket.write(`${JSON.stringify(lent ?? {})}\n`),
      (error: unknown) => socket.write(`${JSON.stringify({ error: String(error) })}\n`),
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  process.env[DESK_PORT] = String((desk.address() as AddressInfo).port);
  return {
    close: async () => {
      desk.close();
      const servers = await Promise.allSettled(started);
      await Promise.all(servers.map((one) => (one.status === 'fulfilled' ? one.value?.stop() : undefined)));
    },
  };
}

export interface RunningNeo4j extends BoltServer {
  /** As `kill -9` does. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, in its folder and at its address. */
  restart(): Promise<void>;
  /** It ends as by `kill`, and its folder goes with it. */
  stop(): Promise<void>;
}

export async function startNeo4j(): Promise<RunningNeo4j> {
  const program = await neo4jProgram();
  const folder = await mkdtemp(join(tmpdir(), 'trellis-neo4j-'));
  await program.fill(folder);
  const port = await freePort();
  let server = await launch(program, folder, port);
  const kill = async () => {
    server.kill('SIGKILL');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  };
  return {
    url: `bolt://127.0.0.1:${port}`,
    user: 'neo4j',
    password: program.password,
    kill,
    restart: async () => {
      await kill();
      server = await launch(program, folder, port);
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch({ command }: Neo4jProgram, folder: string, port: number) {
  const server = spawn('java', [...command, folder, '--serve', String(port)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  server.stderr.on('data', (text) => said.push(String(text)));
  await Promise.race([
    once(createInterface(server.stdout), 'line'),
    once(server, 'exit').then(() => Promise.reject(new Error(`Neo4j did not start: ${said.join('')}`))),
  ]);
  return server;
}
