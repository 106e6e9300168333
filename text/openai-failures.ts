/** How an OpenAI-compatible endpoint fails, in words that say which setting to look at. The key is in none of them. */

import { z } from 'zod';
import { Problem, type ProblemOptions, toProblem } from '../platform/errors.ts';
import type { Credential } from '../platform/secrets/secrets.ts';
import { TextsRefused } from './texts-refused.ts';

/** A failed attempt, as a value that a retry policy can look at. */
export interface Failure {
  readonly problem: Problem;
  /** Whether the same request may succeed a little later. */
  readonly transient: boolean;
}

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How much of the endpoint's own message is passed on, in characters. */
const MESSAGE_CHARS_MAX = 200;

/** Names of errors that say that nothing came for too long. */
const SLOW: ReadonlySet<string> = new Set(['TimeoutError', 'HeadersTimeoutError', 'BodyTimeoutError']);

export interface FailureTexts {
  /** A status other than 200. */
  refusal(status: number, headers: ResponseHeaders, text: string): Failure;
  /** A body that is not JSON. */
  notJson(): Failure;
  /** A stream of events that ends before it says so, or is none. */
  notEvents(): Failure;
  /** No answer at all: refused, reset, cut off or too slow. */
  noAnswer(cause: unknown): Failure;
  /** The call was given up: `reason` is its signal's. */
  aborted(reason: unknown): Problem;
  busy(): Problem;
  closed(): Problem;
}

export function failureTexts(names: {
  readonly purpose: string;
  readonly settings: string;
  readonly host: string;
  readonly apiKey: Credential;
}): FailureTexts {
  const { settings, apiKey } = names;
  const endpoint = `The ${names.purpose} at ${names.host}`;
  const unavailable = (detail: string, options?: ProblemOptions) =>
    new Problem('UNAVAILABLE', `${endpoint} ${detail}`, options);

  return {
    refusal: (status, headers, text) => {
      const { message, code } = errorIn(text);
      const said = withoutKey(message, apiKey());
      const final = (detail: string) => ({ problem: unavailable(detail), transient: false });
      if (status === 401 || status === 403)
        return final(`refused the credentials (${status}). Check ${settings}_API_KEY.`);
      if (status === 404)
        return final(`has no such path or model (404${said}). Check ${settings}_URL and ${settings}_MODEL.`);
      if (status >= 300 && status < 400)
        return final(
          `redirects (${status}), which is not followed. Set ${settings}_URL to the final address.`,
        );
      if (code === 'insufficient_quota')
        return final(`has no quota left (${status}${said}). Add to it, or set another ${settings}_API_KEY.`);
      if (status !== 408 && status !== 425 && status !== 429 && status < 500)
        return {
          problem: new TextsRefused(`${endpoint} refused the request (${status}${said}).`),
          transient: false,
        };
      const retryAfterMs = retryAfter(headers);
      return {
        problem: unavailable(
          status === 429
            ? `limits our rate (429${said}). Raise its limit, or send less at once.`
            : `failed (${status}${said}). Try again later.`,
          retryAfterMs === undefined ? {} : { retryAfterMs },
        ),
        transient: true,
      };
    },
    notJson: () => ({
      problem: unavailable(`answered something that is not JSON. Check ${settings}_URL.`),
      transient: true,
    }),
    notEvents: () => ({
      problem: unavailable(`broke off in the middle of its answer. Try again, and check ${settings}_URL.`),
      transient: true,
    }),
    noAnswer: (cause) => {
      const slow = cause instanceof Error && SLOW.has(cause.name);
      if (slow)
        return {
          problem: new Problem('TIMEOUT', `${endpoint} did not answer in time. Try again later.`, { cause }),
          transient: true,
        };
      const detail = `gave no whole answer (${reasonOf(cause)}). Check that it runs and that ${settings}_URL is right.`;
      return { problem: unavailable(detail, { cause }), transient: true };
    },
    aborted: (reason) => {
      const slow = reason instanceof Error && reason.name === 'TimeoutError';
      if (slow)
        return new Problem('TIMEOUT', `${endpoint} did not answer before the deadline. Try again later.`);
      return reason instanceof Problem ? reason : cancelled(reason);
    },
    busy: () => unavailable('has too many requests waiting for it. Try again later.'),
    closed: () => unavailable('is no longer asked: Trellis is stopping.'),
  };
}

function cancelled(cause: unknown): Problem {
  const problem = toProblem(cause);
  if (problem.code === 'CANCELLED') return problem;
  return new Problem('CANCELLED', 'The request was cancelled before it finished.', { cause });
}

const ERROR_BODY = z.object({
  error: z.object({ message: z.string().catch(''), code: z.unknown() }).or(z.string()),
});

function errorIn(text: string): { readonly message: string; readonly code: unknown } {
  const parsed = ERROR_BODY.safeParse(parseJson(text));
  if (!parsed.success) return { message: '', code: null };
  const { error } = parsed.data;
  return typeof error === 'string' ? { message: error, code: null } : error;
}

/** The value, or undefined where the text is not JSON (which itself has no undefined). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `: message`, short, on one line and without the key: some endpoints repeat it. */
function withoutKey(message: string, apiKey: string | undefined): string {
  const clean = apiKey === undefined ? message : message.replaceAll(apiKey, '…');
  const line = clean.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_CHARS_MAX);
  return line === '' ? '' : `: ${line}`;
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date; undefined where neither is given. */
function retryAfter(headers: ResponseHeaders): number | undefined {
  const exact = String(headers['retry-after-ms'] ?? '');
  if (/^\d+$/.test(exact)) return Number(exact);
  const value = String(headers['retry-after'] ?? '');
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  return 'code' in cause ? String(cause.code) : cause.name;
}
