/**
 * A real Neo4j for tests, started when a test first asks for it, and lent to one test file after the other, since its
 * free edition holds one graph. `NEO4J_URL` (with `NEO4J_USER` and `NEO4J_PASSWORD`) lends another one; its graph is
 * emptied.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { javaMissing } from './maven.ts';
import { type BoltServer, neo4jProgram, type RunningNeo4j, serve } from './neo4j-program.ts';

export type { BoltServer, RunningNeo4j } from './neo4j-program.ts';

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
  // Once, here, and not in each process at the same time. Whoever asks for a server is told what failed.
  if (!isForeign && neo4jMissing() === null) await neo4jProgram().catch(() => undefined);
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
      await Promise.all(servers.map((one) => (one.status === 'fulfilled' ? one.value?.close() : undefined)));
    },
  };
}

export async function startNeo4j(): Promise<RunningNeo4j> {
  return serve(await neo4jProgram());
}
