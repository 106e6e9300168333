import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TEXT_BOUND_BYTES_MAX } from '../../../../stores/vectors/filter-limits.ts';
import {
  type BlockRange,
  type OrderedBlock,
  orderedBlocks,
  textRanges,
} from '../../../../stores/vectors/qdrant/text-order.ts';

/** Texts that share beginnings often, some longer than a bound may be. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\u0000', 'é', '😀'), maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const bound = text.filter((one) => Buffer.byteLength(one) <= TEXT_BOUND_BYTES_MAX);

function isIn({ before, block }: OrderedBlock, range: BlockRange): boolean {
  const { gt = -1, gte = 0, lt = Number.MAX_VALUE, lte = Number.MAX_VALUE } = range;
  return before === range.before && block > gt && block >= gte && block < lt && block <= lte;
}

const compare = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

test('a text meets one range exactly when it lies between the bounds, by code point', () => {
  fc.assert(
    fc.property(text, fc.option(bound), fc.option(bound), (value, low, high) => {
      fc.pre(low !== null || high !== null);
      const met = textRanges(low ?? undefined, high ?? undefined).filter((range) =>
        orderedBlocks(value).some((block) => isIn(block, range)),
      );
      const inside =
        (low === null || compare(value, low) >= 0) && (high === null || compare(value, high) <= 0);
      expect(met).toHaveLength(inside ? 1 : 0);
    }),
    { numRuns: 2_000 },
  );
});

test('blocks are whole numbers that a double holds', () => {
  for (const { block } of orderedBlocks('\u{10ffff}'.repeat(40)))
    expect(Number.isSafeInteger(block)).toBe(true);
});
