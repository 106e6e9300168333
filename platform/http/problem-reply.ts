/** Failures on plain HTTP, as `application/problem+json` (RFC 9457). */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemCode, problemDetails, retryAfterOf, toProblem } from '../errors.ts';
import type { Log } from '../log.ts';

/** As much of an address as an answer repeats, in characters. */
const SHOWN_PATH_CHARS_MAX = 200;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const retryAfterMs = retryAfterOf(problem);
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  if (problem.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemDetails(problem, reply.request.id)));
}

/** Every failure of a route, of fastify itself and of an unknown path becomes a problem. */
export function handleProblems(server: FastifyInstance, log: Log): void {
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = fromFastify(error, request.routeOptions.bodyLimit) ?? toProblem(error);
    if (problem.code === 'INTERNAL') log.error({ requestId: request.id, error }, error.message);
    return sendProblem(reply, problem);
  });
  const methodsOf = rememberRoutes(server);
  server.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const allowed = METHODS.filter((method) => methodsOf(path).has(method));
    if (allowed.length === 0) return sendProblem(reply, nothingAt(request.method, path));
    reply.header('allow', allowed.join(', '));
    const detail = `${request.method} is not for ${path}. Use ${allowed.join(' or ')}.`;
    return sendProblem(reply, new Problem('METHOD_NOT_ALLOWED', detail));
  });
}

/** Which methods each path has. Asking the router would take a path for a pattern, and throw at an `*` within. */
function rememberRoutes(server: FastifyInstance): (path: string) => ReadonlySet<string> {
  const routes = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    routes.set(url, methods);
  });
  return (path) => routes.get(path) ?? NO_METHODS;
}

const NO_METHODS: ReadonlySet<string> = new Set();

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function nothingAt(method: string, path: string): Problem {
  const shown = path.slice(0, SHOWN_PATH_CHARS_MAX);
  return new Problem('NOT_FOUND', `There is nothing at ${method} ${shown}. GraphQL is at POST /graphql.`);
}

const CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'BAD_INPUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** What fastify says about a request it could not read, with the way out where its own text names none. */
function fromFastify(error: FastifyError, bodyBytesMax: number): Problem | null {
  const code = CODES[error.statusCode ?? 0];
  if (error instanceof Problem || code === undefined) return null;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(bodyBytesMax, error);
  return new Problem(code, DETAILS[error.code] ?? error.message, { cause: error });
}

function tooLarge(bodyBytesMax: number, cause: unknown): Problem {
  const detail = `The body has more than ${bodyBytesMax} bytes, which is the limit. Send less at once; POST /ingest takes large files.`;
  return new Problem('PAYLOAD_TOO_LARGE', detail, { cause });
}

const DETAILS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE:
    'The body has a media type that is not read here. Send "content-type: application/json".',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty. Send a JSON object, such as {"query": "{ __typename }"}.',
};
