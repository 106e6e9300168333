import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../../../platform/log.ts';
import { connectQdrant } from '../../../../stores/vectors/qdrant/connection.ts';
import { createQdrantVectorStore } from '../../../../stores/vectors/qdrant/qdrant-vector-store.ts';

const log = createLog({ level: 'silent' });
const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** Takes connections; what it does with them is up to the test. */
async function listen(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer(onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a server that is not there is UNAVAILABLE, and building a store does not ask it', async () => {
  const url = await listen(() => undefined);
  await Promise.all(closing.splice(0).map((close) => close()));
  const store = createQdrantVectorStore({ url, log });
  await expect(store.open(null)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(url),
  });
  await expect(store.revision()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await store.health()).toMatchObject({ name: 'vectors', state: 'DOWN' });
  await store.close();
});

test('a caller that gives up ends the call, on the server’s side too', async () => {
  const connected = Promise.withResolvers<Socket>();
  const url = await listen(connected.resolve);
  const caller = new AbortController();
  const asked = connectQdrant({ url }).ask(
    (api, init) => api.countPoints({ collection_name: 'c' }, init),
    caller.signal,
  );
  asked.catch(() => undefined);
  const socket = await connected.promise;
  socket.resume();
  const closed = once(socket, 'close');
  caller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  await closed;
});

test('a connection that breaks is tried once more, and then is UNAVAILABLE', async () => {
  let connections = 0;
  const url = await listen((socket) => {
    connections += 1;
    socket.once('data', () => socket.destroy());
  });
  await expect(
    connectQdrant({ url }).ask((api, init) => api.countPoints({ collection_name: 'c' }, init)),
  ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(connections).toBe(2);
});
