/** Bytes that come piece by piece, for whoever needs all of them at once: so many and no more are ever held. */

/** Rejects with `tooLarge()` at the first piece that is too much, and reads no further. */
export async function readWhole(
  pieces: AsyncIterable<Uint8Array>,
  { bytesMax, tooLarge }: { readonly bytesMax: number; readonly tooLarge: () => Error },
): Promise<Buffer> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    // Leaving the loop ends whatever gives the pieces.
    if (bytes > bytesMax) throw tooLarge();
    read.push(piece);
  }
  return Buffer.concat(read);
}
