/** What words mean: the embedder, the language model and what it extracts. */

import { LRUCache } from 'lru-cache';
import { createCache } from '../platform/cache/cache.ts';
import type { Config } from '../platform/config.ts';
import type { Redis } from '../platform/redis/redis.ts';
import type { Embedder } from '../text/embedder.ts';
import { cacheQueries, QUERY_EMBEDDINGS, vectorCodec } from '../text/embedders/cached-queries.ts';
import { createLexicalEmbedder } from '../text/embedders/lexical.ts';
import { createOnnxEmbedder } from '../text/embedders/onnx.ts';
import { createOpenAiEmbedder } from '../text/embedders/openai.ts';
import type { Extractor } from '../text/extractor.ts';
import { createLlmExtractor } from '../text/extractors/llm.ts';
import type { LanguageModel } from '../text/language-model.ts';
import { type ClosableLanguageModel, createOpenAiLanguageModel } from '../text/language-models/openai.ts';
import { createTokenBudget, type TokenBudget } from '../text/token-budget.ts';

/** Jobs whose spending is remembered while they run. */
const JOBS_BUDGETED_MAX = 1_000;

/** Query embeddings are cached in front of a model: in this process, and in Redis where there is one. */
export function createEmbedder(config: Config, redis: Redis | null): Embedder {
  const embedder = createBareEmbedder(config);
  // Hashing words is quicker than asking any cache.
  if (config.EMBEDDER === 'lexical') return embedder;
  const shared = redis === null ? null : { redis, prefix: config.REDIS_PREFIX };
  return cacheQueries(embedder, createCache({ name: QUERY_EMBEDDINGS, codec: vectorCodec, shared }));
}

function createBareEmbedder(config: Config): Embedder {
  const prefixes = {
    queryPrefix: config.EMBEDDER_QUERY_PREFIX,
    passagePrefix: config.EMBEDDER_PASSAGE_PREFIX,
  };
  const model = config.EMBEDDER_MODEL ?? '';
  switch (config.EMBEDDER) {
    case 'lexical':
      return createLexicalEmbedder();
    case 'onnx':
      return createOnnxEmbedder({ folder: model, ...prefixes });
    case 'openai':
      return createOpenAiEmbedder({
        url: config.EMBEDDER_URL ?? '',
        model,
        apiKey: config.EMBEDDER_API_KEY,
        ...prefixes,
      });
  }
}

/** Null where none is configured: nothing then asks a model for anything. */
export function createLanguageModel(config: Config): ClosableLanguageModel | null {
  if (config.LLM_URL === undefined || config.LLM_MODEL === undefined) return null;
  return createOpenAiLanguageModel({
    url: config.LLM_URL,
    model: config.LLM_MODEL,
    apiKey: config.LLM_API_KEY,
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
