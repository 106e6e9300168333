/** Keys on live connections: taken where a client can send them, and ended with the key, by whichever gateway. */

import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { readEventStream } from '../../platform/http/event-stream.ts';
import { type Data, type Scenario, startScenario, TRANSPORTS } from './harness.ts';

const VIEWER = '{ viewer { apiKey { id } } }';
const WATCH = 'subscription ($id: ID!) { ingestionJob(id: $id) { id state } }';

describe.each(TRANSPORTS)('an API key, with subgraphs over %s', (transport) => {
  let trellis: Scenario;
  beforeAll(async () => {
    trellis = await startScenario({ transport });
  });
  afterAll(() => trellis?.close());

  const create = async (): Promise<Data> => {
    const input = { name: 'live', scopes: ['documents:read', 'documents:write', 'retrieval:read'] };
    const { data } = await trellis.run(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret key { id } } }',
      { input },
    );
    return { secret: data.createApiKey.secret, id: data.createApiKey.key.id };
  };
  const revoke = (id: string) =>
    trellis.run('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { key { id } } }', { id });
  const connect = (connectionParams: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const closed = Promise.withResolvers<{ readonly code: number; readonly reason: string }>();
    class SocketWithHeaders extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { headers });
      }
    }
    const client = createClient({
      url: `${trellis.app.url().replace('http', 'ws')}/graphql`,
      webSocketImpl: SocketWithHeaders,
      retryAttempts: 0,
      // Stays open between operations.
      lazy: false,
      onNonLazyError: () => undefined,
      connectionParams,
      on: { closed: (event) => closed.resolve(event as { code: number; reason: string }) },
    });
    return { client, closed: closed.promise };
  };

  test('opens a WebSocket, as whichever parameter or header it is sent', async () => {
    const { secret, id } = await create();
    const ways: readonly (readonly [Record<string, unknown>, Record<string, string>])[] = [
      [{ authorization: `Bearer ${secret}` }, {}],
      [{ 'x-api-key': secret }, {}],
      [{ apiKey: secret }, {}],
      [{}, { 'x-api-key': secret }],
    ];
    for (const [params, headers] of ways) {
      const { client } = connect(params, headers);
      const { value } = await client.iterate({ query: VIEWER }).next();
      expect(value).toEqual({ data: { viewer: { apiKey: { id } } } });
      await client.dispose();
    }
  });

  test('that is wrong opens none', async () => {
    const { client, closed } = connect({ apiKey: 'trk_live_wrong' });
    await expect(client.iterate({ query: VIEWER }).next()).rejects.toBeDefined();
    expect(await closed).toMatchObject({ code: 4401, reason: expect.stringMatching(/checksum/) });
  });

  test('that is revoked ends the connections and the streams that it opened', async () => {
    const { secret, id } = await create();
    const { client, closed } = connect({ apiKey: secret });
    await client.iterate({ query: VIEWER }).next();
    await revoke(id);
    expect(await closed).toMatchObject({ code: 4401, reason: expect.stringMatching(/not taken any more/) });
    await client.dispose();
  });

  test('streams server-sent events, and is refused there once it is revoked', async () => {
    const { secret, id } = await create();
    const { data } = await trellis.run(
      'mutation ($input: IngestDocumentsInput!) { ingestDocuments(input: $input) { job { id } } }',
      { input: { collection: 'live', documents: [{ key: 'a', content: 'Ada Lovelace.' }] } },
      secret,
    );
    const job = data.ingestDocuments.job.id;
    await trellis.jobDone(job, secret);
    const watch = () =>
      fetch(`${trellis.app.url()}/graphql`, {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json', 'x-api-key': secret },
        body: JSON.stringify({ query: WATCH, variables: { id: job } }),
      });
    const results: Data[] = [];
    for await (const result of readEventStream((await watch()).body as never)) results.push(result);
    expect(results.at(-1)).toEqual({ data: { ingestionJob: { id: job, state: 'SUCCEEDED' } } });
    await revoke(id);
    await expect.poll(async () => (await watch()).status).toBe(401);
  });
});
