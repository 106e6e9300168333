/** GraphQL results as server-sent events, written and read: the `distinct connections` mode of GraphQL over SSE. */

import type { ServerResponse } from 'node:http';
import { EventSourceParserStream } from 'eventsource-parser/stream';

/** A comment this often keeps proxies from closing a quiet stream, in ms. */
const KEEP_ALIVE_MS = 12_000;

/** Sends every value as an event `next`, then `complete`. Waits where the reader is slow; ends when it leaves. */
export async function writeEventStream(
  response: ServerResponse,
  values: AsyncIterable<unknown>,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const keepAlive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS);
  try {
    for await (const value of values) {
      if (response.destroyed) return;
      const flowing = response.write(`event: next\ndata: ${JSON.stringify(value)}\n\n`);
      if (!flowing) await drained(response);
    }
    response.write('event: complete\ndata:\n\n');
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

/** The values of the events `next`, until `complete` or the end. */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const events = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of events) {
    if (event === 'complete') return;
    if (event === 'next') yield JSON.parse(data);
  }
}
