/** GraphQL over server-sent events on `POST /graphql`: one operation a request, results as events. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { z } from 'zod';
import { Problem, toProblem } from '../../platform/errors.ts';
import { writeEventStream } from '../../platform/http/event-stream.ts';
import { sendProblem } from '../../platform/http/problem-reply.ts';
import { traceOf } from '../request-context.ts';
import { kindOf, parseOperation } from './live-operation.ts';
import { type LiveClient, type LiveTools, runOnce, subscribeLive } from './subscribe.ts';

const BODY = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

type Body = z.infer<typeof BODY>;

const EVENT_STREAM = 'text/event-stream';

/**
 * Whether the answer is to be a stream: the client takes nothing else, or it takes one among others (as some
 * clients say with every request) and sends a subscription.
 */
export function wantsEventStream({ method, headers, body }: FastifyRequest): boolean {
  const accepted = (headers.accept ?? '').split(',').map((type) => type.split(';', 1)[0]?.trim());
  if (method !== 'POST' || !accepted.includes(EVENT_STREAM)) return false;
  return accepted.length === 1 || isSubscription(body);
}

function isSubscription(body: unknown): boolean {
  const { data } = BODY.safeParse(body);
  // A cheap look first: a text without the word is not a subscription.
  if (data === undefined || !data.query.includes('subscription')) return false;
  try {
    return kindOf(parseOperation(data.query), data.operationName) === 'subscription';
  } catch {
    // What cannot be parsed is refused where every other operation is.
    return false;
  }
}

/** Refusals before the first result are problem documents with their own status. */
export async function answerEventStream(
  tools: LiveTools,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  let results: AsyncIterable<FormattedExecutionResult>;
  try {
    results = await resultsFor(tools, request);
  } catch (error) {
    return sendProblem(reply, toProblem(error));
  }
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  // A stream that is cut is not completed: clients then subscribe again by themselves.
  await writeEventStream(reply.raw, results, { isComplete: () => !tools.streams.closing });
  return reply;
}

async function resultsFor(
  tools: LiveTools,
  request: FastifyRequest,
): Promise<AsyncIterable<FormattedExecutionResult>> {
  const { authenticator } = tools;
  const verified = await authenticator.identify(authenticator.credentialsOf(request.raw, request.id));
  const client: LiveClient = {
    verified,
    requestId: request.id,
    request: request.raw,
    connection: request.raw.socket,
    ...traceOf(request.headers.traceparent),
  };
  const body = readBody(request.body);
  const document = parseOperation(body.query);
  if (kindOf(document, body.operationName) === 'subscription') {
    return subscribeLive(tools, client, document, body);
  }
  return once(runOnce(tools, client, body));
}

function readBody(body: unknown): Body {
  const { data, error } = BODY.safeParse(body);
  if (data !== undefined) return data;
  const errors = error.issues.map(({ path, message }) => ({ field: path.join('.') || 'body', message }));
  throw new Problem('BAD_INPUT', 'The body is not {"query": "…", "variables": {…}}.', { errors });
}

async function* once<Value>(value: Promise<Value>): AsyncGenerator<Value> {
  yield await value;
}
