/** Which of the configured embedders speaks with an index. */

import { describe, expect, test } from 'vitest';
import type { Embedder } from '../../text/embedder.ts';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { createEmbedders } from '../../text/embedders.ts';

/** Opens as often as it is told to fail, and then for good. */
function embedder(fingerprint: string, failures = 0): Embedder & { readonly opened: () => number } {
  let [left, opened] = [failures, 0];
  return {
    ...createLexicalEmbedder(),
    open: async () => {
      opened += 1;
      if (left-- > 0) throw new Error(`${fingerprint} does not answer.`);
      return { fingerprint, dimensions: 256 };
    },
    opened: () => opened,
  };
}

describe('an index is spoken with', () => {
  const identity = (fingerprint: string, dimensions = 256) => ({ fingerprint, dimensions });

  test('by the embedder that filled it, opened once and only when an index asks for it', async () => {
    const [wanted, old] = [embedder('new'), embedder('old')];
    const embedders = createEmbedders(wanted, [old]);
    expect(await embedders.open()).toEqual(identity('new'));
    expect(await embedders.of(identity('new'))).toBe(wanted);
    expect(old.opened()).toBe(0);
    expect(await embedders.of(identity('old'))).toBe(old);
    expect(await embedders.of(identity('old'))).toBe(old);
    expect([wanted.opened(), old.opened()]).toEqual([1, 1]);
  });

  test('by nobody where none here makes such vectors, or it has none', async () => {
    const embedders = createEmbedders(embedder('new'), [embedder('old')]);
    expect(await embedders.of(identity('other'))).toBeNull();
    expect(await embedders.of(identity('old', 3))).toBeNull();
    expect(await embedders.of(null)).toBeNull();
  });

  test('again once the one that may have filled it answers', async () => {
    const old = embedder('old', 1);
    const embedders = createEmbedders(embedder('new'), [old]);
    await expect(embedders.of(identity('old'))).rejects.toThrow('old does not answer.');
    expect(await embedders.of(identity('old'))).toBe(old);
  });

  test('whatever becomes of one that did not fill it', async () => {
    const [wanted, old] = [embedder('new'), embedder('old', 9)];
    const embedders = createEmbedders(wanted, [old, embedder('older')]);
    expect(await embedders.of(identity('new'))).toBe(wanted);
    expect(await embedders.of(identity('older'))).not.toBeNull();
  });
});
