/** Texts in lists small enough for one request. */

export interface BatchLimits {
  readonly textsMax: number;
  /** A longer text is a batch of its own. */
  readonly charsMax: number;
}

/** Consecutive texts, in order; no batch is empty. */
export function batchTexts(
  texts: readonly string[],
  { textsMax, charsMax }: BatchLimits,
): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let chars = 0;
  for (const text of texts) {
    const last = batches.at(-1);
    if (last === undefined || last.length === textsMax || chars + text.length > charsMax) {
      batches.push([text]);
      chars = text.length;
    } else {
      last.push(text);
      chars += text.length;
    }
  }
  return batches;
}
