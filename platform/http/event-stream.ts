/** GraphQL results as server-sent events, written and read: the `distinct connections` mode of GraphQL over SSE. */

import type { ServerResponse } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** A comment this often keeps proxies from closing a quiet stream, in ms. */
const KEEP_ALIVE_MS = 12_000;

/**
 * Sends every value as an event `next`, then `complete`. Waits where the reader is slow, so that a slow reader
 * slows the values down; when the reader leaves, the values are ended.
 */
export async function writeEventStream(
  response: ServerResponse,
  values: AsyncIterable<unknown>,
  /** Asked at the end of the values: false leaves `complete` out. */
  { isComplete = () => true }: { readonly isComplete?: () => boolean } = {},
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(':\n\n');
  const keepAlive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS);
  const iterator = values[Symbol.asyncIterator]();
  const leave = () => void iterator.return?.();
  response.once('close', leave);
  try {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      if (response.destroyed) return;
      if (!response.write(`event: next\ndata: ${JSON.stringify(next.value)}\n\n`)) await drained(response);
    }
    if (isComplete()) response.write('event: complete\ndata:\n\n');
  } finally {
    clearInterval(keepAlive);
    response.off('close', leave);
    response.end();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

/** The values of the events `next`, until `complete` or the end. */
export async function* readEventStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const { event, data } of readEvents(body)) {
    if (event === 'complete') return;
    if (event === 'next') yield JSON.parse(data);
  }
}

/** Server-sent events as they arrive. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => arrived.push(event) });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* arrived.splice(0);
  }
}
