/**
 * Every failure that Trellis tells anyone about, as RFC 9457 problem details.
 * One catalogue, so that a code means the same in GraphQL, on plain HTTP and on the command line.
 */

/** Code → HTTP status and title. Codes are part of the public contract: add freely, never rename. */
export const PROBLEMS = {
  BAD_INPUT: { status: 400, title: 'The request is not valid', retryable: false },
  UNAUTHENTICATED: { status: 401, title: 'No valid credentials were given', retryable: false },
  FORBIDDEN: { status: 403, title: 'The credentials do not allow this', retryable: false },
  NOT_FOUND: { status: 404, title: 'There is no such thing', retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not allowed here', retryable: false },
  NOT_ACCEPTABLE: { status: 406, title: 'The answer has no form that is accepted', retryable: false },
  CONFLICT: { status: 409, title: 'The current state does not allow this', retryable: false },
  EMBEDDER_MISMATCH: {
    status: 409,
    title: 'The index was built by another embedder',
    retryable: false,
  },
  BACKUP_DAMAGED: { status: 409, title: 'The backup is not as it was written', retryable: false },
  BACKUP_KEY_MISMATCH: { status: 409, title: 'The backup was sealed with another key', retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The request is too large', retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The media type is not supported', retryable: false },
  UNPROCESSABLE_DOCUMENT: { status: 422, title: 'The document cannot be read', retryable: false },
  QUERY_TOO_COMPLEX: { status: 400, title: 'The operation asks for too much', retryable: false },
  BUDGET_EXHAUSTED: { status: 429, title: 'The token budget is used up', retryable: false },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too much is asked at once', retryable: true },
  HEADERS_TOO_LARGE: { status: 431, title: 'The request headers are too large', retryable: false },
  CANCELLED: { status: 499, title: 'The request was cancelled', retryable: false },
  INTERNAL: { status: 500, title: 'Something failed on our side', retryable: false },
  UNAVAILABLE: { status: 503, title: 'A part of the system is unavailable', retryable: true },
  TIMEOUT: { status: 504, title: 'The deadline passed', retryable: true },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** What is wrong with one field: `field` is a dotted path such as `input.documents.3.content`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  readonly retryAfterMs?: number;
  /** Names of the rate limits that were reached. */
  readonly violatedPolicies?: readonly string[];
  readonly cause?: unknown;
}

/** A failure with a code from {@link PROBLEMS} and a `detail` that says what to do next. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[];
  /** As whoever refused says; {@link retryAfterOf} knows what to tell where nobody says. */
  readonly retryAfterMs: number | undefined;
  readonly violatedPolicies: readonly string[];

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.violatedPolicies = options.violatedPolicies ?? [];
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/**
 * RFC 9457 members, plus `code`, `errors` and `retryAfterMs`, and `violated-policies` as the draft of the RateLimit
 * header fields names it. Carries no stack and no cause.
 */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterMs?: number;
  readonly 'violated-policies'?: readonly string[];
}

/** When to try again where nobody knows better, in ms: what restarts is back within seconds. */
const RETRY_AFTER_MS = 1_000;

/** When to try again, in ms; undefined where that would change nothing. */
export function retryAfterOf({ code, retryAfterMs }: Problem): number | undefined {
  return retryAfterMs ?? (PROBLEMS[code].retryable ? RETRY_AFTER_MS : undefined);
}

/** The public form of a problem. `instance` names this occurrence (the request id), for the logs. */
export function problemDetails(problem: Problem, instance?: string): ProblemDetails {
  const { status, title } = PROBLEMS[problem.code];
  const retryAfterMs = retryAfterOf(problem);
  return {
    type: `https://trellis.dev/problems/${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    ...(instance === undefined ? {} : { instance }),
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(problem.violatedPolicies.length === 0 ? {} : { 'violated-policies': problem.violatedPolicies }),
  };
}

/** Any thrown value as a problem: an unknown one is our own mistake and keeps its text to itself. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new Problem('CANCELLED', 'The request was cancelled before it finished.', { cause: error });
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Problem(
      'TIMEOUT',
      'The deadline passed before the work was done. Ask for less, or try again.',
      {
        cause: error,
      },
    );
  }
  return new Problem('INTERNAL', 'The request failed on our side. The log has it under this instance.', {
    cause: error,
  });
}

/** Whether nobody was refused: something of ours broke, was away or late, or whoever asked has left. */
export function isOutage({ code }: Pick<Problem, 'code'>): boolean {
  return OUTAGES.includes(code);
}

const OUTAGES: readonly ProblemCode[] = ['CANCELLED', 'INTERNAL', 'UNAVAILABLE', 'TIMEOUT'];

/** Bad input in one field: the usual case, in one call. */
export function badInput(field: string, message: string): Problem {
  return new Problem('BAD_INPUT', `${field}: ${message}`, { errors: [{ field, message }] });
}

/** States what must be true here; a failure is our own mistake, fails the request and spares the process. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
