import { expect, test } from 'vitest';
import { readWhole } from '../../platform/read-whole.ts';

const tooLarge = () => new Error('too large');

/** Pieces of three bytes without end, and whether anybody still takes them. */
function endless() {
  const source = { given: 0, ended: false };
  async function* pieces() {
    try {
      for (;;) {
        source.given += 1;
        yield new Uint8Array(3);
      }
    } finally {
      source.ended = true;
    }
  }
  return { source, pieces: pieces() };
}

async function* two(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('one ');
  yield Buffer.from('two');
}

test('pieces come back as one, up to the last byte that is allowed', async () => {
  const whole = await readWhole(two(), { bytesMax: 7, tooLarge });
  expect(whole.toString()).toBe('one two');
  await expect(readWhole(two(), { bytesMax: 6, tooLarge })).rejects.toThrow('too large');
});

test('a source that goes on is left at the first piece that is too much', async () => {
  const { source, pieces } = endless();
  await expect(readWhole(pieces, { bytesMax: 7, tooLarge })).rejects.toThrow('too large');
  expect(source).toEqual({ given: 3, ended: true });
});

test('what the source fails with is what the reader is told', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
    throw new Error('the disk is gone');
  }
  await expect(readWhole(failing(), { bytesMax: 7, tooLarge })).rejects.toThrow('the disk is gone');
});
