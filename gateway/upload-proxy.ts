/**
 * `POST /ingest` where the documents subgraph is another process: the body goes through as it comes, no faster than
 * the other side takes it, under a token for that subgraph alone.
 */

import { PassThrough, type Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Agent } from 'undici';
import type { TokenAuthority } from '../platform/auth/token-authority.ts';
import { startDeadline } from '../platform/deadline.ts';
import { keepsItself } from '../platform/http/refused-requests.ts';
import type { Route } from './gateway.ts';
import { describeFailure } from './http-endpoint.ts';

/** Uploads at once; more wait. */
const CONNECTIONS_MAX = 64;
const CONNECT_MS = 2_000;
/** The longest that an upload may take, in ms; as long as a server gives a client to send a request. */
const UPLOAD_MS_MAX = 600_000;

export interface UploadProxyOptions {
  /** The subgraph that takes uploads. */
  readonly name: string;
  /** Of its process. */
  readonly url: string;
  readonly authority: TokenAuthority;
  readonly uploadBytesMax: number;
}

/** What the answer is made of; everything else that the other side says is about its own connection. */
const PASSED_BACK = ['content-type', 'retry-after', 'www-authenticate'] as const;

export function uploadProxy(options: UploadProxyOptions): Route {
  const agent = new Agent({
    connections: CONNECTIONS_MAX,
    connect: { timeout: CONNECT_MS },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return (server, { authenticate }) => {
    server.addHook('onClose', () => agent.destroy());
    void server.register(async (scope) => {
      // The body stays a stream: nobody reads it whole.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      scope.post('/ingest', { bodyLimit: options.uploadBytesMax }, async (request, reply) => {
        const principal = await authenticate(request);
        // The other side tells the audit log how it ends.
        keepsItself(request.raw);
        const token = await options.authority.issueFor(principal, options.name);
        return pass(agent, options, token, request, reply);
      });
    });
  };
}

async function pass(
  agent: Agent,
  { name, url }: UploadProxyOptions,
  token: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const deadline = startDeadline(UPLOAD_MS_MAX);
  reply.raw.once('close', () => (reply.raw.writableFinished ? deadline.release() : deadline.cancel()));
  try {
    const answer = await agent.request({
      origin: url,
      // Not as it was written: an address with a scheme would be sent on as one.
      path: `/ingest${new URL(request.url, url).search}`,
      method: 'POST',
      headers: headersOf(request, token),
      body: bodyOf(request, reply),
      signal: deadline.signal,
    });
    for (const header of PASSED_BACK) {
      const value = answer.headers[header];
      if (value !== undefined) reply.header(header, value);
    }
    return await reply.code(answer.statusCode).send(answer.body);
  } catch (error) {
    throw describeFailure(name, error, deadline.signal);
  }
}

function headersOf({ id, headers }: FastifyRequest, token: string): Record<string, string> {
  const {
    'content-type': type,
    'content-length': length,
    'content-encoding': encoding,
    traceparent,
  } = headers;
  return {
    authorization: `Bearer ${token}`,
    'x-request-id': id,
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(length === undefined ? {} : { 'content-length': length }),
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  };
}

/**
 * A stream of its own: where the other side refuses early and this one is destroyed, the client's stays to be answered.
 * What the client still sends is then read and dropped, or a client that reads only after sending would wait forever.
 */
function bodyOf({ raw }: FastifyRequest, reply: FastifyReply): Readable {
  const body = new PassThrough();
  raw.pipe(body);
  body.once('close', () => {
    raw.unpipe(body);
    raw.resume();
  });
  raw.once('close', () => {
    if (!raw.readableEnded) body.destroy(new DOMException('The client left.', 'AbortError'));
  });
  // The call hears of it, while there is one.
  body.on('error', () => undefined);
  reply.raw.once('finish', () => body.destroy());
  return body;
}
