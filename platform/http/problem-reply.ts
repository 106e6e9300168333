/** Failures on plain HTTP, as `application/problem+json` (RFC 9457). */

import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { Problem, type ProblemCode, problemDetails, toProblem } from '../errors.ts';
import type { Log } from '../log.ts';

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterMs !== undefined)
    reply.header('retry-after', Math.ceil(problem.retryAfterMs / 1_000));
  if (problem.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemDetails(problem, reply.request.id)));
}

/** Every failure of a route, of fastify itself and of an unknown path becomes a problem. */
export function handleProblems(server: FastifyInstance, log: Log): void {
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = fromFastify(error) ?? toProblem(error);
    if (problem.code === 'INTERNAL') log.error({ requestId: request.id, error }, error.message);
    return sendProblem(reply, problem);
  });
  server.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      new Problem(
        'NOT_FOUND',
        `There is nothing at ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}. GraphQL is at POST /graphql.`,
      ),
    ),
  );
}

const CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'BAD_INPUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** What fastify says about a request it could not read. */
function fromFastify(error: FastifyError): Problem | null {
  const code = CODES[error.statusCode ?? 0];
  return error instanceof Problem || code === undefined
    ? null
    : new Problem(code, error.message, { cause: error });
}
