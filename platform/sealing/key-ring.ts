/**
 * Several wrappers as one: the first wraps, and whichever knows the master key unwraps. They are asked for each time, so
 * that a master key that changes is another one from then on.
 */

import type { KeyWrapper } from './key-wrapper.ts';
import { masterKeyNotKnown } from './wrapping-refusals.ts';

export function createKeyRing(wrappers: () => readonly [KeyWrapper, ...KeyWrapper[]]): KeyWrapper {
  const masterKeyIds = () => wrappers().flatMap((wrapper) => wrapper.masterKeyIds());
  return {
    masterKeyIds,
    wrapKey: (key, options) => wrappers()[0].wrapKey(key, options),
    unwrapKey: async (wrapped, options) => {
      const knows = wrappers().find((wrapper) => wrapper.masterKeyIds().includes(wrapped.masterKeyId));
      if (knows === undefined) throw masterKeyNotKnown(wrapped.masterKeyId, masterKeyIds());
      return knows.unwrapKey(wrapped, options);
    },
  };
}
