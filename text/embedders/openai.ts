/** Embeddings from any endpoint that speaks OpenAI's `/v1/embeddings`: hosted, or a local model server. */

import { z } from 'zod';
import { invariant, Problem } from '../../platform/errors.ts';
import type { Credential } from '../../platform/secrets/secrets.ts';
import type { Embedder, EmbeddingInput } from '../embedder.ts';
import { createOpenAiEndpoint } from '../openai-endpoint.ts';
import { batchTexts } from './batch-texts.ts';
import { toUnitLength } from './unit-length.ts';

export interface OpenAiEmbedderOptions {
  /** Base URL, usually ending in `/v1`. */
  readonly url: string;
  readonly model: string;
  readonly apiKey?: Credential;
  /** How the settings that name it begin, for what a person is told. */
  readonly settings?: string;
  /** Put before every query or passage, where the model asks for it. */
  readonly queryPrefix?: string;
  readonly passagePrefix?: string;
  /** Longest time of one attempt, in ms. */
  readonly timeoutMs?: number;
  /** Longest time of an `embed` with its retries, in ms. */
  readonly deadlineMs?: number;
  /** About how long to wait before the first retry, in ms. */
  readonly firstRetryMs?: number;
}

const DEFAULTS = { timeoutMs: 30_000, deadlineMs: 120_000, firstRetryMs: 300 };
/** Every endpoint known takes this many texts at once; some take no more. */
const BATCH = { textsMax: 32, charsMax: 64_000 };
/** Longer texts exceed most models' context, in characters. */
const TEXT_CHARS_MAX = 8_000;
/** Stands for a text of white space, which endpoints refuse. */
const BLANK = '.';

export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const { model, queryPrefix = '', passagePrefix = '' } = options;
  const endpoint = createOpenAiEndpoint({
    ...DEFAULTS,
    settings: 'TRELLIS_EMBEDDER',
    ...options,
    purpose: 'embedding endpoint',
  });
  const name = `${model}@${endpoint.host}`;
  let dimensions: number | null = null;

  const embedBatch = (texts: readonly string[], signal?: AbortSignal) =>
    endpoint.post(
      '/embeddings',
      { model, input: texts, encoding_format: 'float' },
      (answer) => readVectors(answer, { count: texts.length, dimensions, name }),
      signal,
    );

  const prefixed = (text: string, input: EmbeddingInput) => {
    const cut = text.slice(0, TEXT_CHARS_MAX);
    return `${input === 'query' ? queryPrefix : passagePrefix}${cut.trim() === '' ? BLANK : cut}`;
  };

  return {
    name,
    semantic: true,
    open: async () => {
      const [probe] = await embedBatch([prefixed('Which model is this?', 'query')]);
      invariant(probe, 'one text gives one vector');
      dimensions = probe.length;
      const prefixes =
        queryPrefix + passagePrefix === '' ? [] : [JSON.stringify([queryPrefix, passagePrefix])];
      return { fingerprint: [`openai:${name}/${dimensions}`, ...prefixes].join(' '), dimensions };
    },
    embed: async (texts, input, caller) => {
      const failed = new AbortController();
      const signal = caller === undefined ? failed.signal : AbortSignal.any([caller, failed.signal]);
      const batches = batchTexts(
        texts.map((text) => prefixed(text, input)),
        BATCH,
      );
      try {
        return (await Promise.all(batches.map((batch) => embedBatch(batch, signal)))).flat();
      } finally {
        // The rest of a list of which one part failed is not wanted any more.
        failed.abort();
      }
    },
    close: () => endpoint.close(),
  };
}

/** Far beyond any model's, and far below where a square would not be a number any more. */
const COMPONENT = z.number().min(-1e9).max(1e9);
const ANSWER = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(COMPONENT).min(1) })),
});

interface Expected {
  readonly count: number;
  /** Null until the first answer. */
  readonly dimensions: number | null;
  readonly name: string;
}

/** One unit vector a text, in the order of the texts. Throws UNAVAILABLE when the answer is anything else. */
function readVectors(answer: unknown, expected: Expected): readonly Float32Array[] {
  const parsed = ANSWER.safeParse(answer);
  const data = parsed.success ? parsed.data.data.toSorted((left, right) => left.index - right.index) : [];
  if (data.length !== expected.count || data.some(({ index }, at) => index !== at))
    throw wrongAnswer(expected, `not one embedding for each of ${expected.count} texts`);
  const dimensions = expected.dimensions ?? data[0]?.embedding.length;
  const other = data.find(({ embedding }) => embedding.length !== dimensions);
  if (other !== undefined)
    throw wrongAnswer(
      expected,
      `${other.embedding.length} dimensions where ${dimensions} were expected; it may serve another model now`,
    );
  if (data.some(({ embedding }) => embedding.every((value) => value === 0)))
    throw wrongAnswer(expected, 'an embedding of zeros, which is near to nothing');
  return data.map(({ embedding }) => toUnitLength(Float32Array.from(embedding)));
}

function wrongAnswer({ name }: Expected, what: string): Problem {
  return new Problem(
    'UNAVAILABLE',
    `The embedding endpoint ${name} answered with ${what}. Check the endpoint.`,
  );
}
