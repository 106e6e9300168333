/** Completions from any endpoint that speaks OpenAI's `/v1/chat/completions`, with answers of a strict JSON schema. */

import { z } from 'zod';
import { Problem } from '../../platform/errors.ts';
import type { Credential } from '../../platform/secrets/secrets.ts';
import type { Completion, CompletionRequest, LanguageModel } from '../language-model.ts';
import { createOpenAiEndpoint } from '../openai-endpoint.ts';

export interface OpenAiLanguageModelOptions {
  /** Base URL, usually ending in `/v1`. */
  readonly url: string;
  readonly model: string;
  readonly apiKey?: Credential;
  /** Longest time of one attempt, in ms. */
  readonly timeoutMs: number;
  /** About how long to wait before the first retry, in ms. */
  readonly firstRetryMs?: number;
}

/** A call with its retries takes at most this many times the time of one attempt. */
const DEADLINE_FACTOR = 3;
const FIRST_RETRY_MS = 500;

const ANSWER = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullable() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).optional(),
});

const PIECE = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })),
});

export interface ClosableLanguageModel extends LanguageModel {
  close(): Promise<void>;
}

export function createOpenAiLanguageModel(options: OpenAiLanguageModelOptions): ClosableLanguageModel {
  const endpoint = createOpenAiEndpoint({
    ...options,
    deadlineMs: options.timeoutMs * DEADLINE_FACTOR,
    firstRetryMs: options.firstRetryMs ?? FIRST_RETRY_MS,
    purpose: 'language model',
    settings: 'TRELLIS_LLM',
  });
  return {
    name: `${options.model}@${endpoint.host}`,
    complete: (request, signal) =>
      endpoint.post('/chat/completions', toBody(options.model, request), readCompletion, signal),
    stream: (request, signal) =>
      readPieces(
        endpoint.events('/chat/completions', { ...toBody(options.model, request), stream: true }, signal),
      ),
    close: () => endpoint.close(),
  };
}

function toBody(model: string, { system, user, schema, maxOutputTokens }: CompletionRequest) {
  return {
    model,
    temperature: 0,
    max_tokens: maxOutputTokens,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    ...(schema === undefined
      ? {}
      : { response_format: { type: 'json_schema', json_schema: { ...schema, strict: true } } }),
  };
}

function readCompletion(answer: unknown): Completion {
  const parsed = ANSWER.safeParse(answer);
  const choice = parsed.data?.choices[0];
  if (choice === undefined || !choice.message.content) {
    throw noText();
  }
  const { prompt_tokens: inputTokens = 0, completion_tokens: outputTokens = 0 } = parsed.data?.usage ?? {};
  return { text: choice.message.content, inputTokens, outputTokens };
}

/** Events beside the text, such as one that counts tokens, have no choices. */
async function* readPieces(events: AsyncIterable<unknown>): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const event of events) {
    const piece = PIECE.safeParse(event).data?.choices[0]?.delta.content;
    if (!piece) continue;
    isEmpty = false;
    yield piece;
  }
  if (isEmpty) throw noText();
}

function noText(): Problem {
  return new Problem(
    'UNAVAILABLE',
    'The language model answered without any text. Look at its server’s log, or choose another model.',
  );
}
