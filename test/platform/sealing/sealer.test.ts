import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { inOnePiece } from '../../../platform/in-one-piece.ts';
import { createLog } from '../../../platform/log.ts';
import { newDataKey } from '../../../platform/sealing/data-key.ts';
import { openPart } from '../../../platform/sealing/sealed-part.ts';
import { createSealer } from '../../../platform/sealing/sealer.ts';
import { threadsOf } from '../threads.ts';

const key = newDataKey();
const log = createLog({ level: 'silent' });
const MB = 1 << 20;

async function opened({ body, sums }: Awaited<ReturnType<ReturnType<typeof createSealer>['seal']>>) {
  const pieces: Uint8Array[] = [];
  for await (const piece of openPart(inOnePiece(body), key, sums)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('a part opens as it was, sealed here or in the thread, also one that is a view of other memory', async () => {
  const sealer = createSealer({ key, log, partsWithout: 1 });
  const memory = randomBytes(3 * MB);
  const parts = [memory.subarray(5, 200_000), memory.subarray(200_000, 200_000), memory.subarray(7)];
  const sealed = await Promise.all(parts.map((part) => sealer.seal(part)));
  for (const [at, one] of sealed.entries()) {
    expect(one.sums).toMatchObject({ plainBytes: parts[at]?.length, cipherBytes: one.body.length });
    expect((await opened(one)).equals(parts[at] ?? Buffer.alloc(0))).toBe(true);
  }
  await sealer.close();
});

test('what is being sealed when it is closed is told so', async () => {
  const sealer = createSealer({ key, log, partsWithout: 0 });
  const sealing = sealer.seal(randomBytes(7 * MB));
  const told = expect(sealing).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await sealer.close();
  await told;
});

test('what the thread has when it dies is sealed all the same, and so is what comes behind it', async () => {
  const sealer = createSealer({ key, log, partsWithout: 0 });
  const [thread] = await threadsOf(() => sealer.seal(randomBytes(10)));
  const parts = Array.from({ length: 4 }, () => randomBytes(7 * MB));
  const sealing = parts.map((part) => sealer.seal(part));
  await thread?.terminate();
  for (const [at, one] of (await Promise.all(sealing)).entries())
    expect((await opened(one)).equals(parts[at] ?? Buffer.alloc(0))).toBe(true);
  const late = randomBytes(100);
  let behind: Buffer | undefined;
  const others = await threadsOf(async () => {
    behind = await opened(await sealer.seal(late));
  });
  expect(behind?.equals(late)).toBe(true);
  expect(others).toEqual([]);
  await sealer.close();
});
