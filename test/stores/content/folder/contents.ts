/** Numbered contents of different sizes, the same in every process. */

const BYTES_MAX = 200_000;

export function contentOf(at: number): Uint8Array {
  return new TextEncoder().encode(`${at} `.repeat(1 + ((at * 7_919) % (BYTES_MAX / 8))));
}
