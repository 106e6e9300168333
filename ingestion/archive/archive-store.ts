/**
 * Archived documents as the backup target has them: each sealed under a data key of its own, which lies wrapped in the
 * manifest and nowhere else. So an archive is destroyed with its manifest, whatever is left of its part.
 */

import { z } from 'zod';
import type { JsonObject } from '../../model/documents.ts';
import { contentHash } from '../../model/ids.ts';
import type { Knowledge } from '../../model/knowledge.ts';
import { Problem } from '../../platform/errors.ts';
import { inOnePiece } from '../../platform/in-one-piece.ts';
import { readWhole } from '../../platform/read-whole.ts';
import { newDataKey } from '../../platform/sealing/data-key.ts';
import type { KeyWrapper } from '../../platform/sealing/key-wrapper.ts';
import { openPart, sealPart } from '../../platform/sealing/sealed-part.ts';
import { openManifest, rewrapManifest, signManifest } from '../../platform/sealing/signed-manifest.ts';
import type { BackupTarget } from '../../stores/backup-targets/backup-target.ts';

/** All that is needed to ingest a document again as it was. */
export interface ArchivedVersion {
  readonly tenant: string;
  readonly documentId: string;
  readonly collection: string;
  readonly key: string | null;
  /** As the caller gave it; null where it was taken from the content. */
  readonly title: string | null;
  readonly mediaType: string;
  readonly metadata: JsonObject;
  readonly knowledge: Knowledge | null;
  readonly contentHash: string;
  readonly createdAt: string;
  readonly bytes: Uint8Array;
  /**
   * Of a document under a privacy policy: the id of the tenant's key that its bytes are sealed with, together with all that
   * its caller said, of which nothing is here then; and the hash of the version, which the rules are part of.
   */
  readonly sealed?: { readonly keyId: string; readonly versionHash: string };
}

export interface ArchiveStore {
  /** Durable and read back when it resolves: what {@link get} gives is what was put. */
  put(id: string, version: ArchivedVersion): Promise<void>;
  /** Rejects with BACKUP_DAMAGED where it is not whole, as it was written, and its own. */
  get(id: string): Promise<ArchivedVersion>;
  has(id: string): Promise<boolean>;
  /** Wraps its key by the master key of now; rejects as {@link get} does. Nobody may remove it meanwhile. */
  rewrap(id: string): Promise<void>;
  /** Its key first. Afterwards there is none, whether there was one or not. */
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

/** The second is of what is sealed with a tenant's key: versions that do not know of that must not index it as it is. */
const FORMATS = { plain: 1, sealed: 2 } as const;
const MANIFEST_BYTES_MAX = 1 << 20;
const LENGTH_BYTES = 4;

const MANIFEST = z.object({
  archive: z.string(),
  archiveFormat: z.union([z.literal(FORMATS.plain), z.literal(FORMATS.sealed)]),
  keyId: z.string(),
  plainSha256: z.string(),
  plainBytes: z.number(),
  cipherSha256: z.string(),
  cipherBytes: z.number(),
});

const objectsOf = (id: string) => ({
  manifest: `archives/${id}/manifest.json`,
  document: `archives/${id}/document.bin`,
});

export function createArchiveStore({
  target,
  wrapper,
}: {
  readonly target: BackupTarget;
  readonly wrapper: KeyWrapper;
}): ArchiveStore {
  const get = async (id: string): Promise<ArchivedVersion> => {
    const { manifest, document } = objectsOf(id);
    try {
      const signed = await openManifest(await whole(target.get(manifest), MANIFEST_BYTES_MAX), wrapper);
      const { archive, keyId, ...sums } = MANIFEST.parse(signed.manifest);
      const key = signed.keys.get(keyId);
      // Signed, but as another one: somebody has put it here.
      if (archive !== id || key === undefined) throw new Error(`it is of ${archive}`);
      return decode(await whole(openPart(target.get(document), key, sums), sums.plainBytes));
    } catch (error) {
      throw toProblem(id, error);
    }
  };
  return {
    get,
    put: async (id, version) => {
      const { manifest, document } = objectsOf(id);
      const key = newDataKey();
      const part = sealPart(encoded(version), key);
      await target.put(document, part.body);
      const archiveFormat = version.sealed === undefined ? FORMATS.plain : FORMATS.sealed;
      const told = { archive: id, archiveFormat, keyId: key.id, ...part.sums() };
      await target.put(manifest, inOnePiece(await signManifest(told, [key], wrapper)));
      const read = await get(id);
      if (!Buffer.from(read.bytes).equals(version.bytes) || told.plainBytes !== sizeOf(read))
        throw toProblem(id, new Error('what was read back is something else'));
    },
    rewrap: async (id) => {
      const { manifest } = objectsOf(id);
      try {
        const bytes = await whole(target.get(manifest), MANIFEST_BYTES_MAX);
        await target.put(manifest, inOnePiece(await rewrapManifest(bytes, wrapper)));
      } catch (error) {
        throw toProblem(id, error);
      }
    },
    has: async (id) => {
      const { manifest, document } = objectsOf(id);
      const found = await Promise.all([target.stat(manifest), target.stat(document)]);
      return found.some((object) => object !== null);
    },
    remove: async (id) => {
      const { manifest, document } = objectsOf(id);
      await target.remove(manifest);
      await target.remove(document);
    },
    close: () => target.close(),
  };
}

/** Length of the description, the description in JSON, and the raw document. */
async function* encoded({ bytes, ...description }: ArchivedVersion): AsyncGenerator<Uint8Array> {
  const text = Buffer.from(JSON.stringify(description));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  yield length;
  yield text;
  yield bytes;
}

function sizeOf({ bytes, ...description }: ArchivedVersion): number {
  return LENGTH_BYTES + Buffer.byteLength(JSON.stringify(description)) + bytes.length;
}

function decode(plain: Buffer): ArchivedVersion {
  const length = plain.readUInt32BE(0);
  const description = plain.subarray(LENGTH_BYTES, LENGTH_BYTES + length).toString('utf8');
  const bytes = new Uint8Array(plain.subarray(LENGTH_BYTES + length));
  const version = { ...(JSON.parse(description) as Omit<ArchivedVersion, 'bytes'>), bytes };
  if (contentHash(bytes) !== version.contentHash) throw new Error('its content has another hash');
  return version;
}

function whole(pieces: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer> {
  return readWhole(pieces, { bytesMax, tooLarge: () => new Error(`there are more than ${bytesMax} bytes`) });
}

/** Where the target cannot be read, or the master key is another one, that is told as it is. */
function toProblem(id: string, error: unknown): Problem {
  const { code } = error instanceof Problem ? error : { code: null };
  if (error instanceof Problem && code !== 'BACKUP_DAMAGED' && code !== 'NOT_FOUND') return error;
  const how = code === 'NOT_FOUND' ? 'is missing from the backup target' : 'is not as it was written';
  return new Problem(
    'BACKUP_DAMAGED',
    `The archive ${id} ${how}. Restore its objects "archives/${id}/" from a copy of the target, or the document from a backup, and see who removes or changes objects there.`,
    { cause: error },
  );
}

export function noArchives(): Problem {
  return new Problem(
    'CONFLICT',
    'Archives lie where backups do, and nothing is configured for them. Set TRELLIS_BACKUP_DIR to a folder, best on another disk, or TRELLIS_BACKUP_S3_BUCKET, and TRELLIS_BACKUP_KEY to what "openssl rand -base64 32" prints; keep a copy of the key elsewhere.',
  );
}
