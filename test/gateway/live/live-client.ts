/** Clients of live results: graphql-ws on a socket, and server-sent events by hand. */

import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readEventStream } from '../../../platform/http/event-stream.ts';
import type { Data, TestGateway } from '../harness.ts';

export interface SocketClient {
  readonly client: Client;
  /** Results of an operation; ends with a rejection where the operation is refused or the connection closes. */
  iterate(query: string, variables?: Data): AsyncIterableIterator<Data>;
  /** Code and reason of the connection's end. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export function connectSocket(
  gateway: Pick<TestGateway, 'url'>,
  options: {
    readonly token?: string;
    readonly headers?: Record<string, string>;
    readonly lazy?: boolean;
  } = {},
): SocketClient {
  const { promise: closed, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
  class SocketWithHeaders extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers: options.headers ?? {} });
    }
  }
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: SocketWithHeaders,
    retryAttempts: 0,
    lazy: options.lazy ?? true,
    onNonLazyError: () => undefined,
    ...(options.token === undefined
      ? {}
      : { connectionParams: { authorization: `Bearer ${options.token}` } }),
    on: { closed: (event) => resolve(event as { code: number; reason: string }) },
  });
  return { client, iterate: (query, variables) => client.iterate({ query, variables }), closed };
}

export interface EventsAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The results; empty where there are none. */
  readonly results: AsyncGenerator<Data>;
  /** The problem, where the request was refused. */
  problem(): Promise<Data>;
  leave(): void;
}

export async function requestEvents(
  gateway: TestGateway,
  body: Data,
  options: { readonly token?: string | null; readonly accept?: string } = {},
): Promise<EventsAnswer> {
  const leaving = new AbortController();
  const token = options.token === undefined ? await gateway.token() : options.token;
  const response = await fetch(new URL('/graphql', gateway.url), {
    method: 'POST',
    signal: leaving.signal,
    headers: {
      accept: options.accept ?? 'text/event-stream',
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    results: readEventStream(response.body as unknown as AsyncIterable<Uint8Array>),
    problem: () => response.json(),
    leave: () => leaving.abort(),
  };
}
