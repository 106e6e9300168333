/** The port to whatever finds personal data in free text. */

import type { Finding } from '../model/personal-data.ts';

export interface PersonalDataDetector {
  /** Shown to people: `rules-v1`, `presidio@detector.example.com`. */
  readonly name: string;
  /**
   * For each text what is in it, without overlap, in reading order. The texts of one call belong to one document: a
   * surname may refer to the whole name in another of them. Rejects with UNAVAILABLE (after its own bounded retries),
   * TIMEOUT or CANCELLED, never with a part of it; rules never reject.
   */
  detect(texts: readonly string[], signal?: AbortSignal): Promise<readonly (readonly Finding[])[]>;
  /** Calls under way reject. Idempotent. */
  close(): Promise<void>;
}
