/** Writes in pieces: what comes together again on the other server is what was taken apart. */

import { expect, test } from 'vitest';
import { statement } from '../../../../stores/graph/graph-store.ts';
import { toBody, toParts } from '../../../../stores/graph/standby/ship-batch.ts';

/** Of two code units each; more of them than two pieces have room for. */
const FACES = '\u{1f600}'.repeat(300_000);

test.each(['', 'a'])('no piece ends within a character (behind "%s")', (before) => {
  const write = statement('test.put', 'CREATE (:Chunk {text: $text})', { text: before + FACES }, () => null);
  const body = toBody([write]);
  const parts = toParts('write', body);
  expect(parts.length).toBeGreaterThan(2);
  // On its way to the server half of a character becomes another one.
  const arrived = parts.map((part) => Buffer.from(part.body, 'utf8').toString('utf8'));
  expect(arrived.join('') === body).toBe(true);
  expect(parts.map(({ id, part }) => [id, part])).toEqual(parts.map((_, at) => [`write/${at}`, at]));
});
