/** What words mean: the embedder, the language model and what it extracts. */

import { LRUCache } from 'lru-cache';
import { createCache } from '../platform/cache/cache.ts';
import type { Config } from '../platform/config.ts';
import type { Redis } from '../platform/redis/redis.ts';
import type { Credential, Secrets } from '../platform/secrets/secrets.ts';
import type { Embedder } from '../text/embedder.ts';
import { cacheQueries, QUERY_EMBEDDINGS, vectorCodec } from '../text/embedders/cached-queries.ts';
import { createLexicalEmbedder } from '../text/embedders/lexical.ts';
import { createOnnxEmbedder } from '../text/embedders/onnx.ts';
import { createOpenAiEmbedder } from '../text/embedders/openai.ts';
import { createEmbedders, type Embedders } from '../text/embedders.ts';
import type { Extractor } from '../text/extractor.ts';
import { createLlmExtractor } from '../text/extractors/llm.ts';
import type { LanguageModel } from '../text/language-model.ts';
import { type ClosableLanguageModel, createOpenAiLanguageModel } from '../text/language-models/openai.ts';
import { createTokenBudget, type TokenBudget } from '../text/token-budget.ts';
import { redisSpaceOf } from './between-processes.ts';

/** Jobs whose spending is remembered while they run. */
const JOBS_BUDGETED_MAX = 1_000;

/**
 * The configured one, and those that may have filled the index before: the lexical one, which is always there and costs
 * nothing, and the one that is configured as the previous.
 */
export function createConfiguredEmbedders(
  config: Config,
  { redis, secrets }: { readonly redis: Redis | null; readonly secrets: Secrets },
): Embedders {
  const cached = (settings: EmbedderSettings) => {
    const embedder = createBareEmbedder(settings);
    // Hashing words is quicker than asking any cache.
    if (settings.kind === 'lexical') return embedder;
    const shared = redisSpaceOf(config, redis);
    return cacheQueries(embedder, createCache({ name: QUERY_EMBEDDINGS, codec: vectorCodec, shared }));
  };
  const others = [LEXICAL, previousSettings(config, secrets)].filter((settings) => settings !== null);
  return createEmbedders(cached(wantedSettings(config, secrets)), others.map(cached));
}

interface EmbedderSettings {
  readonly kind: Config['EMBEDDER'];
  readonly url: string | undefined;
  readonly model: string | undefined;
  readonly apiKey: Credential;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
  /** Begins the settings' names, for what a person is told. */
  readonly names: string;
}

const LEXICAL: EmbedderSettings = {
  kind: 'lexical',
  url: undefined,
  model: undefined,
  apiKey: () => undefined,
  queryPrefix: '',
  passagePrefix: '',
  names: 'TRELLIS_EMBEDDER',
};

function wantedSettings(config: Config, secrets: Secrets): EmbedderSettings {
  return {
    kind: config.EMBEDDER,
    url: config.EMBEDDER_URL,
    model: config.EMBEDDER_MODEL,
    apiKey: () => secrets.current('EMBEDDER_API_KEY'),
    queryPrefix: config.EMBEDDER_QUERY_PREFIX,
    passagePrefix: config.EMBEDDER_PASSAGE_PREFIX,
    names: 'TRELLIS_EMBEDDER',
  };
}

function previousSettings(config: Config, secrets: Secrets): EmbedderSettings | null {
  if (config.PREVIOUS_EMBEDDER === undefined) return null;
  return {
    kind: config.PREVIOUS_EMBEDDER,
    url: config.PREVIOUS_EMBEDDER_URL,
    model: config.PREVIOUS_EMBEDDER_MODEL,
    apiKey: () => secrets.current('PREVIOUS_EMBEDDER_API_KEY'),
    queryPrefix: config.PREVIOUS_EMBEDDER_QUERY_PREFIX,
    passagePrefix: config.PREVIOUS_EMBEDDER_PASSAGE_PREFIX,
    names: 'TRELLIS_PREVIOUS_EMBEDDER',
  };
}

function createBareEmbedder(settings: EmbedderSettings): Embedder {
  const { kind, url = '', model = '', apiKey, names, ...prefixes } = settings;
  switch (kind) {
    case 'lexical':
      return createLexicalEmbedder();
    case 'onnx':
      return createOnnxEmbedder({ folder: model, ...prefixes });
    case 'openai':
      return createOpenAiEmbedder({ url, model, apiKey, settings: names, ...prefixes });
  }
}

/** Null where none is configured: nothing then asks a model for anything. */
export function createLanguageModel(config: Config, secrets: Secrets): ClosableLanguageModel | null {
  if (config.LLM_URL === undefined || config.LLM_MODEL === undefined) return null;
  return createOpenAiLanguageModel({
    url: config.LLM_URL,
    model: config.LLM_MODEL,
    apiKey: () => secrets.current('LLM_API_KEY'),
    timeoutMs: config.LLM_TIMEOUT_MS,
  });
}

/** One extractor a job, each with the job's own budget. */
export function createModelExtractor(
  config: Config,
  model: LanguageModel | null,
): ((jobId: string) => Extractor) | null {
  if (model === null || !config.LLM_EXTRACTION) return null;
  const budgets = new LRUCache<string, TokenBudget>({ max: JOBS_BUDGETED_MAX });
  return (jobId) => {
    const budget = budgets.get(jobId) ?? createTokenBudget(config.LLM_JOB_TOKENS_MAX);
    budgets.set(jobId, budget);
    return createLlmExtractor({ model, budget });
  };
}
