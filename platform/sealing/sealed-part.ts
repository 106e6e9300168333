/**
 * The parts of a backup on their way out and in: compressed by zstd, then encrypted, in bounded memory. What comes
 * back was verified before it is handed out; that all of it came back is known at the end of the stream.
 */

import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import {
  createZstdCompress,
  createZstdDecompress,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { invariant, Problem } from '../errors.ts';
import { hashInPieces } from '../hash-in-pieces.ts';
import { inOnePiece } from '../in-one-piece.ts';
import { readWhole } from '../read-whole.ts';
import { type DataKey, derivedKey } from './data-key.ts';
import { decrypted, encrypted, type MessageKey } from './message.ts';

/** What a part is known by: stands in the signed manifest. Hashes are SHA-256 in hex. */
export interface PartSums {
  readonly plainSha256: string;
  readonly plainBytes: number;
  readonly cipherSha256: string;
  readonly cipherBytes: number;
}

export interface SealedPart {
  /** To be read once. Fails as the plain stream fails, so that nobody takes half a part for a whole one. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Once the body was read to its end. */
  sums(): PartSums;
}

export interface SealingOptions {
  readonly signal?: AbortSignal | undefined;
}

export function sealPart(
  plain: AsyncIterable<Uint8Array>,
  key: DataKey,
  { signal }: SealingOptions = {},
): SealedPart {
  const [plainTally, cipherTally] = [createTally(), createTally()];
  let ended = false;
  async function* body() {
    const source = Readable.from(plainTally.counted(plain, { signal }), { objectMode: false });
    const compressed = pipeline(source, createZstdCompress(), ignoreHere);
    yield* cipherTally.counted(encrypted(compressed, partKeyOf(key)), { signal });
    ended = true;
  }
  return {
    body: body(),
    sums: () => {
      invariant(ended, 'a part has sums once its body was read');
      return sumsOf(plainTally, cipherTally);
    },
  };
}

export interface SealedBytes {
  readonly body: Uint8Array;
  readonly sums: PartSums;
}

const compress = promisify(zstdCompress);

/** The same of what is in memory already: compressed in one step beside the event loop, which is many times faster. */
export async function sealBytes(plain: Uint8Array, key: DataKey): Promise<SealedBytes> {
  return sealCompressed(plain, await compress(plain), key);
}

/** The same in a thread that nobody waits for: there the way to another one and back is spared. */
export async function sealBytesHere(plain: Uint8Array, key: DataKey): Promise<SealedBytes> {
  return sealCompressed(plain, zstdCompressSync(plain), key);
}

async function sealCompressed(plain: Uint8Array, compressed: Uint8Array, key: DataKey): Promise<SealedBytes> {
  const pieces: Uint8Array[] = [];
  for await (const piece of encrypted(inOnePiece(compressed), partKeyOf(key))) pieces.push(piece);
  const body = new Uint8Array(Buffer.concat(pieces));
  const sums = {
    plainSha256: await hashInPieces(plain),
    plainBytes: plain.length,
    cipherSha256: await hashInPieces(body),
    cipherBytes: body.length,
  };
  return { body, sums };
}

/** Smaller parts are opened in one step, in bytes of either text: streaming them costs many times as much. */
const OPENED_AT_ONCE = 4 << 20;
/** The least that the decompression takes as such memory. */
const CHUNK_BYTES_MIN = 64;
/** Decompressed here, in bytes: some tenths of a millisecond, of which the way to another thread and back is more. */
const DECOMPRESSED_HERE = 512 << 10;
const decompressBeside = promisify(zstdDecompress);

/**
 * The plain text of a part, piece by piece; each piece was verified. Fails with BACKUP_DAMAGED at the first that is not
 * as it was written, and at the end where anything is missing or too much: only a stream that ended was the whole part.
 */
export async function* openPart(
  sealed: AsyncIterable<Uint8Array>,
  key: DataKey,
  expected: PartSums,
  options: SealingOptions = {},
): AsyncIterable<Uint8Array> {
  if (isOpenedAtOnce(expected)) yield await openBytes(sealed, key, expected, options);
  else yield* openAsItComes(sealed, key, expected, options);
}

/** Whether all of it is held in memory when it is opened. */
export function isOpenedAtOnce({ plainBytes, cipherBytes }: PartSums): boolean {
  return Math.max(plainBytes, cipherBytes) <= OPENED_AT_ONCE;
}

async function openBytes(
  sealed: AsyncIterable<Uint8Array>,
  key: DataKey,
  expected: PartSums,
  { signal }: SealingOptions,
): Promise<Uint8Array> {
  const { plainBytes, plainSha256, cipherBytes, cipherSha256 } = expected;
  const tooLarge = () => damaged(`there are more than ${cipherBytes} bytes`);
  const cipher = await readWhole(sealed, { bytesMax: cipherBytes, tooLarge });
  signal?.throwIfAborted();
  if (cipher.length !== cipherBytes || (await hashInPieces(cipher)) !== cipherSha256)
    throw damaged('it is not what was sealed');
  const plain = await openedBytes(cipher, key, plainBytes).catch((error: unknown) => {
    throw damaged(error);
  });
  signal?.throwIfAborted();
  if (plain.length !== plainBytes || (await hashInPieces(plain)) !== plainSha256)
    throw damaged('it opens as something else');
  return plain;
}

/** Rejects where there are more bytes than that. */
async function openedBytes(cipher: Uint8Array, key: DataKey, bytesMax: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decrypted(inOnePiece(cipher), partKeyOf(key))) pieces.push(piece);
  // Into memory for all of it at once: by itself it comes in pieces of some kilobytes.
  const options = {
    maxOutputLength: Math.max(bytesMax, 1),
    chunkSize: Math.max(bytesMax + 1, CHUNK_BYTES_MIN),
  };
  const compressed = Buffer.concat(pieces);
  return bytesMax <= DECOMPRESSED_HERE
    ? zstdDecompressSync(compressed, options)
    : decompressBeside(compressed, options);
}

async function* openAsItComes(
  sealed: AsyncIterable<Uint8Array>,
  key: DataKey,
  expected: PartSums,
  { signal }: SealingOptions,
): AsyncIterable<Uint8Array> {
  const [plainTally, cipherTally] = [createTally(), createTally()];
  const source = createSource(sealed);
  const cipher = cipherTally.counted(source.pieces, { signal, bytesMax: expected.cipherBytes });
  const opened = pipeline(
    Readable.from(decrypted(cipher, partKeyOf(key)), { objectMode: false }),
    createZstdDecompress(),
    ignoreHere,
  );
  try {
    yield* plainTally.counted(opened, { signal, bytesMax: expected.plainBytes });
  } catch (error) {
    signal?.throwIfAborted();
    // Whoever could not read the target says so; all else is about what was read.
    throw source.failure()?.error ?? (error instanceof Problem ? error : damaged(error));
  }
  const found = sumsOf(plainTally, cipherTally);
  for (const sum of ['cipherBytes', 'cipherSha256', 'plainBytes', 'plainSha256'] as const)
    if (found[sum] !== expected[sum]) throw damaged(`${sum} is ${found[sum]}, not ${expected[sum]}`);
}

/** Errors come out where the last stream of a pipeline is read. */
function ignoreHere(): void {}

function partKeyOf({ id, bytes }: DataKey): MessageKey {
  return { id, bytes: derivedKey(bytes, 'parts') };
}

/** Remembers what the source failed with: behind a pipeline it cannot be told from what the pipeline failed with. */
function createSource(from: AsyncIterable<Uint8Array>) {
  let failed: { readonly error: unknown } | null = null;
  const iterate = (): AsyncIterator<Uint8Array> => {
    const iterator = from[Symbol.asyncIterator]();
    return {
      next: () =>
        iterator.next().catch((error: unknown) => {
          failed = { error };
          throw error;
        }),
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    };
  };
  return {
    failure: () => failed,
    pieces: { [Symbol.asyncIterator]: iterate } satisfies AsyncIterable<Uint8Array>,
  };
}

interface Tally {
  counted(
    pieces: AsyncIterable<Uint8Array>,
    options: SealingOptions & { readonly bytesMax?: number },
  ): AsyncIterable<Uint8Array>;
  sha256(): string;
  bytes(): number;
}

/** Counts and hashes what passes. */
function createTally(): Tally {
  const sha256 = createHash('sha256');
  let bytes = 0;
  return {
    async *counted(pieces, { signal, bytesMax = Number.POSITIVE_INFINITY }) {
      for await (const piece of pieces) {
        signal?.throwIfAborted();
        sha256.update(piece);
        bytes += piece.length;
        if (bytes > bytesMax) throw damaged(`there are more than ${bytesMax} bytes`);
        yield piece;
      }
    },
    sha256: () => sha256.copy().digest('hex'),
    bytes: () => bytes,
  };
}

function sumsOf(plain: Tally, cipher: Tally): PartSums {
  return {
    plainSha256: plain.sha256(),
    plainBytes: plain.bytes(),
    cipherSha256: cipher.sha256(),
    cipherBytes: cipher.bytes(),
  };
}

function damaged(cause: unknown): Problem {
  return new Problem(
    'BACKUP_DAMAGED',
    'A part of the backup is not as it was written. Restore from another backup, and see whether its storage is failing.',
    { cause },
  );
}
