/** How many tokens a job may still spend on a model. */

import { Problem } from '../platform/errors.ts';
import type { Completion } from './language-model.ts';

export interface TokenBudget {
  /** Throws BUDGET_EXHAUSTED when nothing is left. */
  require(): void;
  spend(completion: Completion): void;
}

/** `tokensMax` counts what goes in and what comes out. A call under way may overdraw it once. */
export function createTokenBudget(tokensMax: number): TokenBudget {
  let spent = 0;
  return {
    require: () => {
      if (spent < tokensMax) return;
      throw new Problem(
        'BUDGET_EXHAUSTED',
        `The job has spent its ${tokensMax} tokens on the language model. Ingest the rest in another job, or raise TRELLIS_LLM_JOB_TOKENS_MAX.`,
      );
    },
    spend: ({ inputTokens, outputTokens }) => {
      spent += inputTokens + outputTokens;
    },
  };
}
