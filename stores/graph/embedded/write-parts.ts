/** A write as texts of bounded length: each is made, sent to the engine's thread and applied before the next one is. */

import type { Row, Statement } from '../graph-store.ts';

/** Statements are sent together up to this many characters of JSON; a longer one goes alone. */
const PART_CHARS_MAX = 4_000_000;

export interface WritePart {
  /** JSON of a `JournalledWrite`. */
  readonly body: string;
  /** Whether the transaction is to be committed behind it. */
  readonly last: boolean;
  decode(rows: readonly (readonly Row[])[]): readonly (readonly unknown[])[];
}

/** At least one part, the last of them marked. */
export function* partsOf(statements: Iterable<Statement<unknown>>): Generator<WritePart> {
  let texts: string[] = [];
  let decoders: Statement<unknown>['decode'][] = [];
  let chars = 0;
  const part = (last: boolean): WritePart => {
    const ofPart = decoders;
    const body = `[${texts.join(',')}]`;
    [texts, decoders, chars] = [[], [], 0];
    return { body, last, decode: (rows) => ofPart.map((decode, at) => (rows[at] ?? []).map(decode)) };
  };
  for (const { cypher, parameters, decode } of statements) {
    const text = JSON.stringify({ cypher, parameters });
    if (texts.length > 0 && chars + text.length > PART_CHARS_MAX) yield part(false);
    texts.push(text);
    decoders.push(decode);
    chars += text.length;
  }
  yield part(true);
}
