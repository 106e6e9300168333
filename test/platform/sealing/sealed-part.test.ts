import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../../platform/errors.ts';
import { newDataKey } from '../../../platform/sealing/data-key.ts';
import { openPart, type PartSums, sealBytes, sealPart } from '../../../platform/sealing/sealed-part.ts';

const MB = 1 << 20;
const key = newDataKey();

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}
async function sealed(plain: Uint8Array, size = 70_001) {
  const part = sealPart(inPieces(plain, size), key);
  const cipher = await collect(part.body);
  return { cipher, sums: part.sums() };
}
/** What came out before the failure, and the failure. */
async function opened(cipher: Uint8Array, sums: PartSums, with_ = key) {
  const read: Uint8Array[] = [];
  let error: unknown = null;
  try {
    for await (const piece of openPart(inPieces(cipher, 65_536), with_, sums)) read.push(piece);
  } catch (caught) {
    error = caught;
  }
  return { plain: Buffer.concat(read), error };
}

describe('a part', () => {
  test('comes back as it was, whatever it is and however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200_000 }),
        fc.integer({ min: 1, max: 200_000 }),
        async (plain, size) => {
          const { cipher, sums } = await sealed(plain, Math.max(size, Math.ceil(plain.length / 50)));
          expect(sums).toMatchObject({ plainBytes: plain.length, cipherBytes: cipher.length });
          const { plain: back, error } = await opened(cipher, sums);
          expect(error).toBeNull();
          expect(back.equals(plain)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('that was sealed in one step opens as one that was streamed, and has the same sums', async () => {
    const plain = Buffer.concat([randomBytes(2 * MB), Buffer.alloc(MB)]);
    const { body, sums } = await sealBytes(plain, key);
    const { plainSha256, plainBytes } = (await sealed(plain)).sums;
    expect(sums).toMatchObject({ plainSha256, plainBytes, cipherBytes: body.length });
    const { plain: back, error } = await opened(body, sums);
    expect(error).toBeNull();
    expect(back.equals(plain)).toBe(true);
  });

  test('is known by the hashes of what went in and of what came out', async () => {
    const plain = randomBytes(3 * MB);
    const { cipher, sums } = await sealed(plain);
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(sums).toEqual({
      plainSha256: sha256(plain),
      plainBytes: plain.length,
      cipherSha256: sha256(cipher),
      cipherBytes: cipher.length,
    });
  });

  test('is compressed, and tells nothing of what is in it', async () => {
    const plain = Buffer.from('the same words again. '.repeat(100_000));
    const { cipher } = await sealed(plain);
    expect(cipher.length).toBeLessThan(plain.length / 100);
    expect(cipher.includes('the same words')).toBe(false);
    expect((await sealed(plain)).cipher.equals(cipher)).toBe(false);
  });

  test('is held in pieces, however large it is', async () => {
    let [ahead, most] = [0, 0];
    async function* plain() {
      for (let at = 0; at < 64; at++) {
        ahead += MB;
        most = Math.max(most, ahead);
        yield randomBytes(MB);
      }
    }
    const part = sealPart(plain(), key);
    for await (const found of part.body) ahead -= found.length;
    expect(most).toBeLessThan(12 * MB);
  });
});

describe('a part that was tampered with', () => {
  const plain = randomBytes(5 * MB);
  const damagedProblem = expect.objectContaining({ code: 'BACKUP_DAMAGED' });

  test.each([
    ['a flipped bit at the beginning', 40],
    ['a flipped bit in the middle', 2.5 * MB],
    ['a flipped bit near the end', 5 * MB - 100],
  ])('is refused for %s, and nothing from there on is handed out', async (_, at) => {
    const { cipher, sums } = await sealed(plain);
    const flipped = Buffer.from(cipher);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    const { plain: back, error } = await opened(flipped, sums);
    expect(error).toEqual(damagedProblem);
    expect(back.length).toBeLessThanOrEqual(at);
    expect(plain.subarray(0, back.length).equals(back)).toBe(true);
  });

  test('is refused when it ends early, wherever that is', async () => {
    const { cipher, sums } = await sealed(plain);
    // Also where a frame ends, which leaves whole frames only.
    for (const end of [0, 10, 1_000, MB, 2 * MB + 500, cipher.length - 1]) {
      const { plain: back, error } = await opened(cipher.subarray(0, end), sums);
      expect(error).toEqual(damagedProblem);
      expect(back.length).toBeLessThanOrEqual(end);
    }
  });

  test('is refused when something follows its end', async () => {
    const { cipher, sums } = await sealed(plain);
    const { error } = await opened(Buffer.concat([cipher, randomBytes(1)]), sums);
    expect(error).toEqual(damagedProblem);
  });

  test('is refused when frames changed places, though each is sound', async () => {
    const { cipher, sums } = await sealed(plain);
    // A frame is its number (4 bytes), the nonce (12), the content and the tag (16); the last is shorter.
    const frame = MB + 32;
    const rest = cipher.length % frame;
    const header = cipher.length - Math.floor((cipher.length - rest) / frame) * frame;
    const starts = findFrames(cipher);
    const [first, second] = [starts[0] ?? header, starts[1] ?? header];
    const swapped = Buffer.concat([
      cipher.subarray(0, first),
      cipher.subarray(second, second + frame),
      cipher.subarray(first, first + frame),
      cipher.subarray(second + frame),
    ]);
    expect(swapped.length).toBe(cipher.length);
    const { plain: back, error } = await opened(swapped, sums);
    expect(error).toEqual(damagedProblem);
    expect(back.length).toBe(0);
  });

  test('is refused when it is another part of the same backup', async () => {
    const [one, other] = [await sealed(plain), await sealed(randomBytes(MB))];
    expect((await opened(other.cipher, one.sums)).error).toEqual(damagedProblem);
  });

  test('does not open under another key, though it has the same id', async () => {
    const { cipher, sums } = await sealed(plain);
    const { plain: back, error } = await opened(cipher, sums, { ...newDataKey(), id: key.id });
    expect(error).toEqual(damagedProblem);
    expect(back.length).toBe(0);
  });

  test('does not grow beyond what the manifest says', async () => {
    const bomb = await sealed(Buffer.alloc(50 * MB));
    const { plain: back, error } = await opened(bomb.cipher, { ...bomb.sums, plainBytes: MB });
    expect(error).toEqual(damagedProblem);
    expect(back.length).toBeLessThanOrEqual(MB);
  });
});

describe('a failure of whoever is streamed from', () => {
  test('comes out as it is, when a part is sealed and when it is opened', async () => {
    const gone = new Problem('UNAVAILABLE', 'The target is away.');
    async function* failing(bytes: Uint8Array) {
      yield bytes;
      throw gone;
    }
    const part = sealPart(failing(randomBytes(10)), key);
    await expect(collect(part.body)).rejects.toBe(gone);
    expect(() => part.sums()).toThrow(/once its body was read/);
    const { cipher, sums } = await sealed(randomBytes(3 * MB));
    await expect(collect(openPart(failing(cipher.subarray(0, MB)), key, sums))).rejects.toBe(gone);
  });

  test('ends the source when the reader stops', async () => {
    let ended = false;
    async function* endless() {
      try {
        for (;;) yield randomBytes(MB);
      } finally {
        ended = true;
      }
    }
    for await (const _ of sealPart(endless(), key).body) break;
    await expect.poll(() => ended).toBe(true);
  });

  test('ends both ways when told to', async () => {
    const stop = new AbortController();
    async function* endless() {
      for (let at = 0; ; at++) {
        if (at === 5) stop.abort();
        yield randomBytes(MB);
      }
    }
    await expect(collect(sealPart(endless(), key, { signal: stop.signal }).body)).rejects.toMatchObject({
      name: 'AbortError',
    });
    const { cipher, sums } = await sealed(randomBytes(8 * MB));
    const reading = new AbortController();
    const read = async () => {
      for await (const _ of openPart(inPieces(cipher, 65_536), key, sums, { signal: reading.signal }))
        reading.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

/** Where the frames begin: whole ones are numbered from 1, and lie at equal distances. */
function findFrames(cipher: Buffer): readonly number[] {
  const frame = MB + 32;
  for (let at = 0; at + frame + 4 <= cipher.length; at++)
    if (cipher.readUInt32BE(at) === 1 && cipher.readUInt32BE(at + frame) === 2) return [at, at + frame];
  return [];
}
