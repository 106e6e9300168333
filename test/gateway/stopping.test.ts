import { expect, test } from 'vitest';
import { readEventStream } from '../../platform/http/event-stream.ts';
import { startTestGateway } from './harness.ts';
import { connectSocket } from './live/live-client.ts';

const query = 'subscription { ingestionJob(id: "j1") { state } }';

/** A job that never ends is being watched. */
async function startWatched() {
  const trellis = await startTestGateway();
  trellis.world.jobs.set('j1', { id: 'j1', state: 'RUNNING', done: 0 });
  return trellis;
}

test('a stream of server-sent events ends with UNAVAILABLE when the gateway stops, and is not completed', async () => {
  const trellis = await startWatched();
  const response = await fetch(`${trellis.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${await trellis.token()}`,
    },
    body: JSON.stringify({ query }),
  });
  let text = '';
  const decoder = new TextDecoder();
  const seen = Promise.withResolvers<void>();
  const read = (async () => {
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true });
      if (text.includes('RUNNING')) seen.resolve();
    }
  })();
  await seen.promise;
  await trellis.close();
  await read;
  const results = [];
  for await (const result of readEventStream(chunksOf(text))) results.push(result);
  expect(results).toMatchObject([
    { data: { ingestionJob: { state: 'RUNNING' } } },
    { errors: [{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } }] },
  ]);
  expect(text).not.toContain('event: complete');
});

test('a WebSocket is closed with 1012 when the gateway stops, so that its client connects and subscribes again', async () => {
  const trellis = await startWatched();
  const { iterate, closed, client } = connectSocket(trellis, { token: await trellis.token() });
  const results = iterate(query);
  expect((await results.next()).value.data.ingestionJob.state).toBe('RUNNING');
  const rest = results.next().then(
    () => 'completed',
    () => 'cut off',
  );
  await trellis.close();
  expect(await closed).toMatchObject({ code: 1012 });
  expect(await rest).toBe('cut off');
  await client.dispose();
});

async function* chunksOf(text: string) {
  yield new TextEncoder().encode(text);
}
