/**
 * JSON of an issuer outside: asked for at addresses that whoever configures Trellis has named, or at the same origin,
 * for a bounded time, up to a bounded size, and without following anybody elsewhere.
 */

import { inOnePiece } from '../../in-one-piece.ts';
import { readWhole } from '../../read-whole.ts';

/** How long one answer may take, in ms. */
const FETCH_MS_MAX = 3_000;
/** Key sets have a few kilobytes. */
const BYTES_MAX = 512_000;

/** Whether it is an address to ask: https, or http on this machine alone, and without user and password. */
export function isFetchable(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** As `URL` writes hosts: any way to write 127.0.0.1 has become that. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** Rejects with a sentence that says why there is none. */
export async function fetchJson(address: string): Promise<unknown> {
  if (!isFetchable(address)) throw new Error(`${address} is no https address`);
  const response = await fetch(address, {
    redirect: 'manual',
    headers: { accept: 'application/json, application/jwk-set+json' },
    signal: AbortSignal.timeout(FETCH_MS_MAX),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${address} answered with ${response.status}`);
  }
  const body = await readWhole(response.body ?? inOnePiece(new Uint8Array()), {
    bytesMax: BYTES_MAX,
    tooLarge: () => new Error(`${address} answered with more than ${BYTES_MAX} bytes`),
  });
  return JSON.parse(body.toString('utf8'));
}
