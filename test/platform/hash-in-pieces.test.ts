import { hash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashInPieces } from '../../platform/hash-in-pieces.ts';

test('it is the hash of all bytes, however many', async () => {
  for (const length of [0, 1, 1 << 20, (1 << 20) + 1, 5 << 20]) {
    const bytes = randomBytes(length);
    expect(await hashInPieces(bytes)).toBe(hash('sha256', bytes, 'hex'));
  }
});

test('others have their turn in between', async () => {
  const said: string[] = [];
  const hashing = hashInPieces(randomBytes(4 << 20)).then(() => said.push('hashed'));
  setImmediate(() => said.push('another'));
  await hashing;
  expect(said).toEqual(['another', 'hashed']);
});
