/** Operations over server-sent events: read for a while, slowly, or not at all, and left at any moment. */

import { setTimeout as pause } from 'node:timers/promises';
import { brokenText, operationOf, subscriptionOf } from './operations.ts';
import { mutated, oddHeaders, type Shot } from './shots.ts';
import { toJson } from './values.ts';

/** How long a stream is listened to, in ms: one that says nothing more is left. */
const LISTENED_MS = 300;
const HEARD_CHARS_MAX = 1_000_000;

const ACCEPTED: readonly string[] = [
  'text/event-stream',
  'text/event-stream',
  'text/event-stream, application/json',
  'application/json, text/event-stream;q=0.5',
  'text/event-stream; charset=latin1',
  'TEXT/EVENT-STREAM',
  'text/event-stream, text/event-stream',
  '*/*, text/event-stream',
];

export const eventStream: Shot = async ({ target, agent, schema }, chance) => {
  const { query, variables } = chance.happens(0.8)
    ? subscriptionOf(schema, target.pool, chance)
    : operationOf(schema, target.pool, chance);
  const text = chance.happens(0.1) ? brokenText(query, chance) : query;
  const sound = toJson({ query: text, variables });
  const body = chance.happens(0.1) ? mutated(Buffer.from(sound), chance) : sound;
  const headers = {
    ...(await oddHeaders(target, chance)),
    accept: chance.pick(ACCEPTED),
    'content-type': 'application/json',
  };
  const leaving = new AbortController();
  const answer = await agent.request({
    ...{ origin: target.url, path: '/graphql', method: 'POST', headers, body },
    signal: leaving.signal,
  });
  const heard: string[] = [];
  answer.body.on('error', () => undefined);
  // Some leave before a word is said, some never read what is said.
  const patience = chance.pick([0, 5, 50, LISTENED_MS]);
  if (chance.happens(0.8)) answer.body.on('data', (piece) => heard.push(String(piece)));
  await Promise.race([new Promise((resolve) => answer.body.once('close', resolve)), pause(patience)]);
  leaving.abort();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: heard.join('').slice(0, HEARD_CHARS_MAX),
    sent: `SSE ${headers.accept} ${String(body).slice(0, 2_000)}`,
    isHurried: 'x-timeout-ms' in headers,
  };
};
