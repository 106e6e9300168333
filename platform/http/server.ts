/** The ground of every HTTP server here: fastify with request ids, problems and safe headers. */

import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '../log.ts';
import { handleProblems } from './problem-reply.ts';

/** A request id that a client may choose. */
const REQUEST_ID = /^[\w.-]{8,128}$/;
/** Time a client has to send a request whole, in ms. */
const REQUEST_TIMEOUT_MS = 120_000;

export async function createHttpServer(options: {
  readonly log: Log;
  readonly bodyBytesMax: number;
}): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: options.bodyBytesMax,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  handleProblems(server, options.log);
  await server.register(helmet, { contentSecurityPolicy: false, crossOriginEmbedderPolicy: false });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  return server;
}
