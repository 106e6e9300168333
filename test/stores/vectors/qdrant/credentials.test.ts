import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { connectQdrant } from '../../../../stores/vectors/qdrant/connection.ts';

/** Not a Qdrant: what is looked at is what was sent. */
test('each call to Qdrant carries the API key of that moment', async () => {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers['api-key']);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ title: 'qdrant', version: '1.19.0' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let key: string | undefined = 'one';
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const qdrant = connectQdrant({ url, apiKey: () => key });
  try {
    for (const next of ['one', 'two', undefined, 'two']) {
      key = next;
      await qdrant.version();
    }
    expect(keys).toEqual(['one', 'two', undefined, 'two']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
