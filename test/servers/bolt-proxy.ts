/**
 * A proxy before a server that speaks Bolt, which breaks the connection at a commit: before the server hears of it,
 * behind the server's back while it commits, or with the answer on its way.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { BoltServer } from './neo4j.ts';

/** A Bolt message of its own: chunk size 2, a structure without fields, COMMIT. */
const COMMIT = Buffer.from([0x00, 0x02, 0xb0, 0x12]);

/**
 * - UNHEARD: the server never gets the COMMIT; the transaction dies with its connection.
 * - UNANSWERED: the server gets it, and its answer is lost.
 * - LATE: the client loses its connection at once; the server gets the COMMIT when `release` is called.
 */
export type Cut = 'UNHEARD' | 'UNANSWERED' | 'LATE';

export interface BoltProxy extends BoltServer {
  /** Commits seen since the proxy was opened. */
  commits(): number;
  /** The next commit is cut this way. Resolves when it was. */
  cutNextCommit(cut: Cut): Promise<void>;
  /** Lets a LATE commit through. */
  release(): void;
  /** From now on nobody is served, until `resume`. */
  refuse(): void;
  resume(): void;
  close(): Promise<void>;
}

interface Cutting {
  readonly cut: Cut;
  /** To be called when it is cut: for UNANSWERED, when the server has committed. */
  readonly done: () => void;
}

export async function openBoltProxy(server: BoltServer): Promise<BoltProxy> {
  const target = new URL(server.url);
  const sockets = new Set<Socket>();
  let commits = 0;
  let refusing = false;
  let next: Cutting | null = null;
  let late: () => void = () => undefined;

  const serve = (client: Socket) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    if (refusing) client.destroy();
    client.on('data', (data) => {
      if (!data.includes(COMMIT)) return void upstream.write(data);
      commits += 1;
      const cutting = next;
      if (cutting === null) return void upstream.write(data);
      next = null;
      sever(cutting, client, upstream, data);
    });
    upstream.on('data', (data) => client.write(data));
    client.on('close', () => upstream.readyState !== 'open' || keptOpen.has(upstream) || upstream.destroy());
    upstream.on('close', () => client.destroy());
  };
  const keptOpen = new Set<Socket>();
  const sever = ({ cut, done }: Cutting, client: Socket, upstream: Socket, data: Buffer) => {
    if (cut === 'UNHEARD') upstream.destroy();
    if (cut === 'LATE') {
      keptOpen.add(upstream);
      late = () => upstream.end(data);
    }
    if (cut === 'UNANSWERED') {
      keptOpen.add(upstream);
      upstream.removeAllListeners('data');
      upstream.write(data);
      // The server's answer says that it has committed; it goes nowhere.
      upstream.once('data', () => {
        client.destroy();
        upstream.destroy();
        done();
      });
      return;
    }
    client.destroy();
    done();
  };

  const listener = createServer(serve);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `bolt://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    user: server.user,
    password: server.password,
    commits: () => commits,
    cutNextCommit: (cut) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      next = { cut, done: resolve };
      return promise;
    },
    release: () => late(),
    refuse: () => {
      refusing = true;
      for (const socket of sockets) socket.destroy();
    },
    resume: () => {
      refusing = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
