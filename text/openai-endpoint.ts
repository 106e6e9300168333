/**
 * One OpenAI-compatible HTTP endpoint: a bounded number of requests at once, retries inside a deadline, and
 * failures told as problems that name the setting to look at and never hold the key. Apart from what is asked of
 * it, so that embeddings and completions fail alike.
 */

import {
  BulkheadRejectedError,
  bulkhead,
  DelegateBackoff,
  handleWhenResult,
  type IPolicy,
  type IRetryBackoffContext,
  retry,
} from 'cockatiel';
import { Agent, request } from 'undici';
import { type Deadline, startDeadline } from '../platform/deadline.ts';
import { badInput, Problem, toProblem } from '../platform/errors.ts';
import { readEvents } from '../platform/http/event-stream.ts';
import type { Credential } from '../platform/secrets/secrets.ts';
import { untilAborted } from '../platform/until-aborted.ts';
import { type Failure, type FailureTexts, failureTexts, parseJson } from './openai-failures.ts';

export interface OpenAiEndpointOptions {
  /** What it is called in messages: `embedding endpoint`. */
  readonly purpose: string;
  /** The settings that lead to it, as in `TRELLIS_EMBEDDER` for `TRELLIS_EMBEDDER_URL`. */
  readonly settings: string;
  /** Base URL; paths such as `/embeddings` are put behind it. */
  readonly url: string;
  /** Asked for at each request. */
  readonly apiKey?: Credential;
  /** Longest time of one attempt, in ms. */
  readonly timeoutMs: number;
  /** Longest time of a call with its retries, in ms. */
  readonly deadlineMs: number;
  /** About how long to wait before the first retry, in ms; each further one waits twice as long. */
  readonly firstRetryMs: number;
}

export interface OpenAiEndpoint {
  /** `api.example.com`, with its port where it is not the usual one. */
  readonly host: string;
  /**
   * What `read` makes of the JSON that `POST <url><path>` answers; a `Problem` that `read` throws is final.
   * Rejects with UNAVAILABLE, TIMEOUT or CANCELLED.
   */
  post<Answer>(
    path: string,
    body: unknown,
    read: (answer: unknown) => Answer,
    signal?: AbortSignal,
  ): Promise<Answer>;
  /**
   * The JSON of each server-sent event that `POST <url><path>` answers, until `[DONE]`. Rejects likewise, also where the
   * next event is longer away than one attempt may take; nothing is tried again behind the first event.
   */
  events(path: string, body: unknown, signal?: AbortSignal): AsyncIterable<unknown>;
  /** Calls under way reject. Idempotent. */
  close(): Promise<void>;
}

const RETRIES_MAX = 4;
const RETRY_WAIT_MAX_MS = 20_000;
const REQUESTS_AT_ONCE = 4;
/** Requests that may wait for one of those; more are refused at once. */
const REQUESTS_WAITING_MAX = 10_000;
const ANSWER_BYTES_MAX = 64_000_000;

/** A failure is a value here, so that the retry policy can look at it. */
type Outcome<Answer> = { readonly answer: Answer } | Failure;

export function createOpenAiEndpoint(options: OpenAiEndpointOptions): OpenAiEndpoint {
  const base = baseUrl(options);
  const agent = new Agent({ connections: REQUESTS_AT_ONCE, maxResponseSize: ANSWER_BYTES_MAX });
  const slots = bulkhead(REQUESTS_AT_ONCE, REQUESTS_WAITING_MAX);
  const underWay = new Set<Deadline>();
  let closed = false;
  const { apiKey = () => undefined } = options;
  const say = failureTexts({ ...options, apiKey, host: base.host });

  const server = { ...options, apiKey, href: base.href, agent, say };
  const attempt = attemptsAt(server);
  const openEvents = eventsAt(server);

  const begin = (caller: AbortSignal | undefined): Deadline => {
    if (closed) throw say.closed();
    const deadline = startDeadline(options.deadlineMs, caller);
    underWay.add(deadline);
    return deadline;
  };
  const end = (deadline: Deadline) => {
    underWay.delete(deadline);
    deadline.release();
  };
  /** What `once` gives, tried again inside the deadline where its failure may pass. */
  const retrying = async <Answer>(deadline: Deadline, once: () => Promise<Outcome<Answer>>) => {
    const policy = retry(
      handleWhenResult((outcome) => worthAnotherTry(outcome as Outcome<unknown>, deadline)),
      { maxAttempts: RETRIES_MAX, backoff: backoffFrom(options.firstRetryMs) },
    );
    const outcome = await untilAborted(policy.execute(once, deadline.signal), deadline.signal);
    if ('problem' in outcome) throw outcome.problem;
    return outcome.answer;
  };
  const failure = (error: unknown, { signal }: Deadline): Problem => {
    if (closed) return say.closed();
    if (signal.aborted) return say.aborted(signal.reason);
    return error instanceof BulkheadRejectedError ? say.busy() : toProblem(error);
  };

  return {
    host: base.host,
    post: async (path, body, read, caller) => {
      const deadline = begin(caller);
      const { signal } = deadline;
      const sent = JSON.stringify(body);
      try {
        return await retrying(deadline, () => slots.execute(() => attempt(path, sent, read, signal), signal));
      } catch (error) {
        throw failure(error, deadline);
      } finally {
        end(deadline);
      }
    },
    events: async function* (path, body, caller) {
      const deadline = begin(caller);
      const { signal } = deadline;
      const sent = JSON.stringify(body);
      const { promise: read, resolve: isRead } = Promise.withResolvers<void>();
      try {
        const events = await retrying(deadline, () =>
          holding(slots, read, () => openEvents(path, sent, signal), signal),
        );
        yield* events;
      } catch (error) {
        throw failure(error, deadline);
      } finally {
        isRead();
        end(deadline);
      }
    },
    close: async () => {
      closed = true;
      for (const deadline of underWay) deadline.cancel();
      await agent.destroy();
    },
  };
}

interface Server {
  readonly href: string;
  readonly apiKey: Credential;
  readonly timeoutMs: number;
  readonly agent: Agent;
  readonly say: FailureTexts;
}

/** With the key as it is now. */
function headersOf({ apiKey }: Server) {
  const key = apiKey();
  return {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
}

/** One request, without a second try. */
function attemptsAt(server: Server) {
  const { href, timeoutMs, agent, say } = server;
  return async <Answer>(
    path: string,
    body: string,
    read: (answer: unknown) => Answer,
    signal: AbortSignal,
  ): Promise<Outcome<Answer>> => {
    const patience = startDeadline(timeoutMs, signal);
    const sent = { method: 'POST', headers: headersOf(server), body } as const;
    const options = { ...sent, dispatcher: agent, signal: patience.signal };
    try {
      const response = await request(`${href}${path}`, options);
      const text = await response.body.text();
      if (response.statusCode !== 200) return say.refusal(response.statusCode, response.headers, text);
      const answer = parseJson(text);
      return answer === undefined ? say.notJson() : { answer: read(answer) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return error instanceof Problem ? { problem: error, transient: false } : say.noAnswer(error);
    } finally {
      patience.release();
    }
  };
}

/** One request whose answer is read as it comes. */
function eventsAt(server: Server) {
  const { href, timeoutMs, agent, say } = server;
  const patience = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  return async (
    path: string,
    body: string,
    signal: AbortSignal,
  ): Promise<Outcome<AsyncIterable<unknown>>> => {
    const headers = { ...headersOf(server), accept: 'text/event-stream' };
    try {
      const options = { method: 'POST', headers, body, dispatcher: agent, signal, ...patience } as const;
      const response = await request(`${href}${path}`, options);
      if (response.statusCode === 200) return { answer: readData(response.body, say) };
      return say.refusal(response.statusCode, response.headers, await response.body.text());
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return say.noAnswer(error);
    }
  };
}

/** One that ends before it says so was cut off. */
async function* readData(body: AsyncIterable<Uint8Array>, say: FailureTexts): AsyncGenerator<unknown> {
  const events = readEvents(body)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const event = await events.next().catch((error: unknown) => {
        throw say.noAnswer(error).problem;
      });
      if (event.done) throw say.notEvents().problem;
      if (event.value.data === '[DONE]') return;
      const value = parseJson(event.value.data);
      if (value === undefined) throw say.notJson().problem;
      yield value;
    }
  } finally {
    await events.return(undefined);
  }
}

/** Runs `once` in a slot, which stays taken until `released` where an answer is to be read. */
function holding<Answer>(
  slots: IPolicy,
  released: Promise<void>,
  once: () => Promise<Outcome<Answer>>,
  signal: AbortSignal,
): Promise<Outcome<Answer>> {
  return new Promise((resolve, reject) => {
    const run = async () => {
      const outcome = await once();
      resolve(outcome);
      if ('answer' in outcome) await released;
    };
    slots.execute(run, signal).catch(reject);
  });
}

function baseUrl({ url, settings }: OpenAiEndpointOptions) {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw badInput(`${settings}_URL`, 'is not an http or https address, such as https://api.example.com/v1');
  if (parsed.username !== '' || parsed.password !== '')
    throw badInput(`${settings}_URL`, `holds credentials. Put the key into ${settings}_API_KEY instead.`);
  return { host: parsed.host, href: `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}` };
}

function worthAnotherTry(outcome: Outcome<unknown>, deadline: Deadline): boolean {
  if (!('problem' in outcome) || !outcome.transient) return false;
  return Date.now() + (outcome.problem.retryAfterMs ?? 0) < deadline.at;
}

/** What the endpoint asks for, where it does; steps that double, with jitter, otherwise. */
function backoffFrom(firstRetryMs: number) {
  return new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt, result }) => {
    const failure = 'value' in result ? (result.value as Failure) : undefined;
    const doubled = firstRetryMs * 2 ** (attempt - 1) * (0.5 + Math.random());
    return failure?.problem.retryAfterMs ?? Math.min(doubled, RETRY_WAIT_MAX_MS);
  });
}
