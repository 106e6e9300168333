/**
 * The XML parts of a DOCX, unpacked within bounds: the sizes that an archive states of itself may be false, so
 * what comes out is counted.
 */

import { Unzip, type UnzipFile, UnzipInflate, zipSync } from 'fflate';
import { Problem } from '../../platform/errors.ts';

export type XmlParts = Readonly<Record<string, Uint8Array>>;

/** What the parts may unfold to together, in bytes; a DOM of it takes thirty times the memory. */
const XML_BYTES_MAX = 40_000_000;
const PARTS_MAX = 10_000;
/** Handed to the unpacker at once, in bytes: it unfolds to at most 1032 times as much before it is counted. */
const STEP_BYTES = 16_384;

/** Throws PAYLOAD_TOO_LARGE; or any error where the archive is damaged. */
export function unzipXml(archive: Uint8Array): XmlParts {
  const parts = new Map<string, Uint8Array[]>();
  let unpacked = 0;
  let entries = 0;
  const count = (bytes: number) => {
    unpacked += bytes;
    if (unpacked > XML_BYTES_MAX || entries > PARTS_MAX) throw tooLarge();
  };
  const unzip = new Unzip((file) => {
    entries += 1;
    count(0);
    if (!/\.(?:xml|rels)$/.test(file.name)) return;
    const pieces: Uint8Array[] = [];
    parts.set(file.name, pieces);
    readEntry(file, (piece) => {
      count(piece.length);
      pieces.push(piece);
    });
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < archive.length; at += STEP_BYTES)
    unzip.push(archive.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= archive.length);
  return Object.fromEntries([...parts].map(([name, pieces]) => [name, Buffer.concat(pieces)]));
}

function readEntry(file: UnzipFile, add: (piece: Uint8Array) => void): void {
  file.ondata = (error, piece) => {
    if (error !== null) throw error;
    add(piece);
  };
  file.start();
}

/** An archive of these parts, not compressed. */
export function zipXml(parts: XmlParts): Uint8Array {
  return zipSync({ ...parts }, { level: 0 });
}

function tooLarge(): Problem {
  return new Problem(
    'PAYLOAD_TOO_LARGE',
    `The DOCX unfolds to more than ${XML_BYTES_MAX} bytes of text and layout, or has more than ${PARTS_MAX} parts. Split it.`,
  );
}
