/**
 * A content store in a folder that any number of processes share: a file a blob, named by its hash, written beside
 * its place and renamed there. Equal bytes have equal names, so two processes that write the same cannot disagree.
 */

import { createHash } from 'node:crypto';
import { access, constants, open, readFile, unlink, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FIRST_NAMESPACE, type Namespace } from '../../../model/namespace.ts';
import { invariant, Problem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import { syncDirectory } from '../../../platform/sync-directory.ts';
import type { ContentKey, ContentStore } from '../content-store.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { listContents } from './list.ts';
import { ensureRoot, rootIn } from './namespaces.ts';
import { placeOf } from './paths.ts';

/** Files that one call reads or writes at once. */
const FILES_AT_ONCE = 16;
/** How soon to try again when the folder cannot be used, in ms. */
const RETRY_AFTER_MS = 5_000;

export interface FolderContentOptions {
  readonly directory: string;
  /** Which of several installations in the folder this is; the first by default. */
  readonly namespace?: Namespace;
}

export function createFolderContentStore(options: FolderContentOptions): ContentStore {
  const { directory, namespace = FIRST_NAMESPACE } = options;
  const root = rootIn(directory, namespace);
  const drafts = createDrafts(root);
  let isOpen = false;
  /** Runs on the open folder; what the file system says becomes a problem. */
  const inFolder = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (!isOpen)
      throw new Problem('UNAVAILABLE', 'The content store is not open. Try again once Trellis has started.');
    return work().catch((error: unknown) => {
      throw toProblem(error, root);
    });
  };
  const placed = (key: ContentKey) => placeOf(root, key);

  return {
    open: async () => {
      isOpen = true;
      const make = () => ensureRoot(directory, namespace).then(drafts.open);
      await inFolder(make).catch((error: unknown) => {
        isOpen = false;
        throw error;
      });
    },
    put: (items) =>
      inFolder(async () => {
        await eachOf(items, async (item) => {
          const place = placed(item);
          invariant(place, 'what is put has the hash of its bytes');
          if (await isRenewed(place.path)) return syncDirectory(place.folder);
          await writeDraft(drafts, item.bytes, place);
        });
      }),
    putStream: (tenant, source, { maxBytes }) =>
      inFolder(async () => {
        const draft = await drafts.create();
        try {
          const hash = createHash('sha256');
          let bytes = 0;
          for await (const piece of source) {
            bytes += piece.length;
            if (bytes > maxBytes) throw tooLarge(maxBytes);
            hash.update(piece);
            await draft.file.writeFile(piece);
          }
          const key = { tenant, hash: `sha256:${hash.digest('hex')}` };
          const place = placed(key);
          invariant(place, 'a digest in hex is a hash');
          await drafts.publish(draft, place);
          return { hash: key.hash, bytes };
        } catch (error) {
          await drafts.discard(draft);
          throw error;
        }
      }),
    get: (keys) => inFolder(() => eachOf(keys, (key) => readWhole(placed(key)?.path))),
    has: (keys) =>
      inFolder(() =>
        eachOf(keys, async (key) => {
          const place = placed(key);
          return place !== null && (await isThere(place.path));
        }),
      ),
    getRange: (key, start, end) => inFolder(() => readRange(placed(key)?.path, start, end)),
    list: (tenant, page) => inFolder(() => listContents(root, tenant, page)),
    delete: (keys) =>
      inFolder(async () => {
        const removed = await eachOf(keys, (key) => remove(placed(key)?.path));
        return removed.filter(Boolean).length;
      }),
    health: () =>
      probeHealth('content', 'folder', () =>
        inFolder(() => access(drafts.folder, constants.R_OK | constants.W_OK)),
      ),
    close: async () => {
      isOpen = false;
    },
  };
}

async function writeDraft(
  drafts: Drafts,
  bytes: Uint8Array,
  place: NonNullable<ReturnType<typeof placeOf>>,
): Promise<void> {
  const draft = await drafts.create();
  try {
    await draft.file.writeFile(bytes);
    await drafts.publish(draft, place);
  } catch (error) {
    await drafts.discard(draft);
    throw error;
  }
}

/** Whether it was there; then it counts as written now. */
async function isRenewed(path: string): Promise<boolean> {
  const now = new Date();
  return (await absent(utimes(path, now, now).then(() => true))) !== null;
}

async function isThere(path: string): Promise<boolean> {
  return (await absent(access(path))) !== null;
}

async function readWhole(path: string | undefined): Promise<Uint8Array | null> {
  const found = path === undefined ? null : await absent(readFile(path));
  return found === null ? null : new Uint8Array(found.buffer, found.byteOffset, found.length);
}

async function readRange(path: string | undefined, start: number, end: number): Promise<Uint8Array | null> {
  const file = path === undefined ? null : await absent(open(path, 'r'));
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const length = Math.max(0, Math.min(end, size) - start);
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function remove(path: string | undefined): Promise<boolean> {
  if (path === undefined || (await absent(unlink(path).then(() => true))) === null) return false;
  await syncDirectory(dirname(path));
  return true;
}

/** Null where there is no such file. */
async function absent<Value>(work: Promise<Value>): Promise<Value | null> {
  return work.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** In order, a few at a time. */
async function eachOf<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
): Promise<readonly Value[]> {
  const values: Value[] = [];
  for (let at = 0; at < items.length; at += FILES_AT_ONCE)
    values.push(...(await Promise.all(items.slice(at, at + FILES_AT_ONCE).map(work))));
  return values;
}

function tooLarge(maxBytes: number): Problem {
  const detail = `The content is larger than ${maxBytes} bytes. Split it, or raise TRELLIS_DOCUMENT_BYTES_MAX.`;
  return new Problem('PAYLOAD_TOO_LARGE', detail);
}

/** A failure of the file system; anything else, such as a source that broke off, stays what it is. */
function toProblem(error: unknown, directory: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof Problem || code === undefined || syscall === undefined) return error;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const way = full ? 'Make room there.' : 'See that it is mounted, and that this process may write to it.';
  const detail = `The folder of contents ${directory} cannot be used (${code}). ${way}`;
  return new Problem('UNAVAILABLE', detail, { cause: error, retryAfterMs: RETRY_AFTER_MS });
}
