/** Errors at the edge, the one place: whatever went wrong leaves as problem details, and nothing more. */

import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  parse,
  type Source,
} from 'graphql';
import { argumentPath } from '../platform/argument-path.ts';
import {
  type FieldError,
  PROBLEMS,
  Problem,
  type ProblemCode,
  problemDetails,
  retryAfterOf,
  toProblem,
} from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

/** As much of a message as leaves, in characters: messages repeat what the client sent. */
const MESSAGE_CHARS_MAX = 1_000;

/** What Apollo Server and the query planner call a client's mistake. */
const CLIENT_MISTAKES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** The id of the request under way: Apollo Server's hook for errors gets no context. */
const underWay = new AsyncLocalStorage<string>();

/** Runs `work` so that every error it formats names the request. */
export function namingRequest<Value>(requestId: string, work: () => Value): Value {
  return underWay.run(requestId, work);
}

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Apollo Server's hook. What is our own mistake is logged here, and says nothing of itself. */
export function createErrorFormat(log: Log): FormatError {
  return (formatted, error) => {
    const instance = underWay.getStore();
    const problem = problemOf(formatted, error);
    const original = originalOf(error);
    // What a subgraph failed at, its own log has.
    if (problem.code === 'INTERNAL' && (original instanceof Problem || !isFromSubgraph(formatted))) {
      log.error({ requestId: instance, path: formatted.path, error: original }, formatted.message);
    }
    return {
      message: problem.message,
      ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
      ...(formatted.path === undefined ? {} : { path: formatted.path }),
      extensions: { ...problemDetails(problem, instance) },
    };
  };
}

/** A problem as an error of GraphQL, whose HTTP status and headers Apollo Server takes over. */
export function refusal(
  problem: Problem,
  requestId?: string,
  given: Readonly<Record<string, string>> = {},
): GraphQLError {
  const headers = new Map(Object.entries(given));
  if (problem.code === 'UNAUTHENTICATED') headers.set('www-authenticate', 'Bearer');
  const retryAfterMs = retryAfterOf(problem);
  if (retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  return new GraphQLError(problem.message, {
    originalError: problem,
    extensions: { ...problemDetails(problem, requestId), http: { status: problem.status, headers } },
  });
}

function problemOf(formatted: GraphQLFormattedError, error: unknown): Problem {
  if (isFromSubgraph(formatted)) return readProblem(formatted);
  const original = originalOf(error);
  if (original instanceof Problem) return original;
  if (formatted.extensions?.code === 'GRAPHQL_PARSE_FAILED' && original instanceof RangeError)
    return nestsTooDeep();
  const refused = refusedByStatus(original);
  if (refused !== undefined) return new Problem(refused, cut(formatted.message));
  if (CLIENT_MISTAKES.has(String(formatted.extensions?.code)))
    return clientMistake(formatted.message, nodeOf(error));
  // An error of graphql-js that nobody gave a code has nothing of ours to hide, and is still our mistake.
  return toProblem(original instanceof GraphQLError ? new Error(original.message) : original);
}

/** Apollo Server answers these with a status of their own, which the problem must not contradict. */
function refusedByStatus(error: unknown): ProblemCode | undefined {
  const { status } = (error instanceof GraphQLError ? (error.extensions['http'] ?? {}) : {}) as HttpStatus;
  return status === 405 ? 'METHOD_NOT_ALLOWED' : status === 406 ? 'NOT_ACCEPTABLE' : undefined;
}

interface HttpStatus {
  readonly status?: number;
}

/** The parser goes down with the text, and a text of many brackets leads it further than the stack reaches. */
export function nestsTooDeep(): Problem {
  const detail = 'The operation nests deeper than can be read. Pass values as variables, or ask for less.';
  return new Problem('QUERY_TOO_COMPLEX', detail);
}

/** Whether these are problem details already: those of a subgraph, or of a refusal. */
function isFromSubgraph({ extensions }: GraphQLFormattedError): boolean {
  return isProblemCode(extensions?.code) && typeof extensions?.type === 'string';
}

function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && code in PROBLEMS;
}

/** What a subgraph, or a problem document, says; UNAVAILABLE where it says nothing that we know. */
export function readProblem({ message, extensions = {} }: GraphQLFormattedError): Problem {
  const { code, errors, retryAfterMs, 'violated-policies': violatedPolicies } = extensions;
  return new Problem(isProblemCode(code) ? code : 'UNAVAILABLE', message, {
    ...(Array.isArray(errors) ? { errors: errors as readonly FieldError[] } : {}),
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    ...(Array.isArray(violatedPolicies) ? { violatedPolicies: violatedPolicies.map(String) } : {}),
  });
}

/** What graphql-js points at. */
export function nodeOf(error: unknown): ASTNode | undefined {
  return error instanceof GraphQLError ? error.nodes?.[0] : undefined;
}

function originalOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** `Variable "$input" got invalid value [1] at "input.documents"; what is wrong with it`. */
const WRONG_VARIABLE = /^Variable "\$(\w+)" got invalid value .*?(?: at "([^"]+)")?; (.*)$/s;
const MISSING_VARIABLE = /^Variable "\$(\w+)" (of (?:required|non-null) type .*)$/s;
const MISSING_ARGUMENT = /^Field "\w+" argument "(\w+)" of type /;
const BATCH = 'Operation batching disabled.';
const TOO_MANY_TOKENS = /Document contains more that (\d+) tokens/;

/** An operation that is wrong in itself, with the variable or the argument that is wrong where it is one. */
export function clientMistake(message: string, node?: ASTNode): Problem {
  const tokens = TOO_MANY_TOKENS.exec(message)?.[1];
  if (tokens !== undefined) {
    const detail = `The operation has more than ${tokens} tokens, which is the limit. Pass values as variables, or ask in several operations.`;
    return new Problem('QUERY_TOO_COMPLEX', detail);
  }
  if (message === BATCH) {
    const detail =
      'The request has a list of operations, and the limit is 1. Send each in a request of its own.';
    return new Problem('QUERY_TOO_COMPLEX', detail);
  }
  const wrong = WRONG_VARIABLE.exec(message);
  if (wrong !== null) return wrongVariable(dotted(wrong[2] ?? wrong[1] ?? ''), wrong[3] ?? '');
  const missing = MISSING_VARIABLE.exec(message);
  if (missing !== null) return wrongVariable(missing[1] ?? '', missing[2] ?? '');
  return wrongArgument(cut(message), node);
}

/** The message names arguments and fields that are not known or not given, and of a wrong value the value alone. */
function wrongArgument(message: string, node: ASTNode | undefined): Problem {
  const field = MISSING_ARGUMENT.exec(message)?.[1] ?? placeOf(node);
  if (field === undefined || node === undefined) return new Problem('BAD_INPUT', message);
  const isNamed = [Kind.FIELD, Kind.ARGUMENT, Kind.OBJECT_FIELD].some((kind) => kind === node.kind);
  return new Problem('BAD_INPUT', isNamed ? message : `${field}: ${message}`, {
    errors: [{ field, message }],
  });
}

/** Apollo Server's hook for errors is not told the document, so that the text is parsed once more, whatever errors it has. */
function placeOf(node: ASTNode | undefined): string | undefined {
  if (node?.loc === undefined) return undefined;
  const document = parsedAgain(node.loc.source);
  return document === null ? undefined : argumentPath(document, node);
}

const parsed = new WeakMap<Source, DocumentNode | null>();

/** Null where the stack is too short for it here: the first time, less lay on it. */
function parsedAgain(source: Source): DocumentNode | null {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const document = parsedOrNull(source.body);
  parsed.set(source, document);
  return document;
}

function parsedOrNull(text: string): DocumentNode | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

/** The value itself is not repeated: it may be a whole document. */
function wrongVariable(field: string, reason: string): Problem {
  const message = cut(reason);
  return new Problem('BAD_INPUT', `Variable "$${field}": ${message}`, { errors: [{ field, message }] });
}

/** `input.documents[3].content` → `input.documents.3.content`. */
function dotted(path: string): string {
  return path.replaceAll(/\[(\d+)\]/g, '.$1');
}

function cut(given: string): string {
  const message = given.trim();
  return message.length <= MESSAGE_CHARS_MAX ? message : `${message.slice(0, MESSAGE_CHARS_MAX)}…`;
}
