/** The port to a generative model. */

export interface CompletionRequest {
  readonly system: string;
  readonly user: string;
  /** When given, the answer is JSON of this JSON Schema (draft 2020-12), enforced by the endpoint. */
  readonly schema?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly maxOutputTokens: number;
}

export interface Completion {
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface LanguageModel {
  /** Shown to people and stored beside what it wrote: `gpt-4o-mini@api.example.com`. */
  readonly name: string;
  /** Rejects with UNAVAILABLE after bounded retries, TIMEOUT, CANCELLED or BUDGET_EXHAUSTED. */
  complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion>;
  /** The text in pieces, as it is written. Rejects likewise; what fails behind the first piece is not tried again. */
  stream(request: CompletionRequest, signal?: AbortSignal): AsyncIterable<string>;
}
