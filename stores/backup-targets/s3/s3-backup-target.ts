/**
 * Backups in a bucket of S3 or of what speaks as S3 does: a key an object. Large objects go in several parts, which
 * become an object in one step or not at all; the SDK checks sums both ways and tries again what failed in between.
 */

import { Readable } from 'node:stream';
import type { ListMultipartUploadsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { BackupTarget, TargetCallOptions } from '../backup-target.ts';
import { isObjectName, requireObjectName, requirePrefix } from '../object-name.ts';
import { type S3Place, s3Problem } from './s3-problems.ts';
import { s3Sdk, s3Uploads } from './sdk.ts';

/** S3 takes 10,000 parts of an object, so that one has at most 80 GB. */
const UPLOAD_PART_BYTES = 8 << 20;
/** Parts of an object that are under way at once, each held in memory. */
const UPLOAD_PARTS_AT_ONCE = 2;
const TRIES = 5;
const CONNECT_MS = 5_000;
/** What sends nothing for so long is away. */
const SILENCE_MS = 30_000;

export interface S3BackupTargetOptions {
  readonly bucket: string;
  /** Put before every name, as `trellis/`; empty: none. */
  readonly prefix?: string;
  readonly region?: string;
  /** Where the service is, if not at AWS. */
  readonly endpoint?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`, for services without a name for each bucket. */
  readonly pathStyle?: boolean;
  /** By default whatever the SDK's own chain finds: environment, profile, web identity, the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly tries?: number;
}

export function createS3BackupTarget(options: S3BackupTargetOptions): BackupTarget {
  const { bucket, prefix: root = '' } = options;
  const sdk = s3Sdk();
  const client = openClient(options);
  const place: S3Place = { bucket, endpoint: options.endpoint };
  const keyOf = (name: string) => {
    requireObjectName(name);
    return { Bucket: bucket, Key: root + name };
  };
  /** What the service says becomes a problem; an abort stays an abort. */
  const asked = async <Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Problem(error, place);
    }
  };

  return {
    put: async (name, body, { signal } = {}) => {
      const key = keyOf(name);
      const source = watched(body, signal);
      const { Upload } = s3Uploads();
      const upload = new Upload({
        client,
        params: { ...key, Body: Readable.from(source.pieces(), { objectMode: false }) },
        partSize: UPLOAD_PART_BYTES,
        queueSize: UPLOAD_PARTS_AT_ONCE,
      });
      const stop = () => void upload.abort();
      signal?.addEventListener('abort', stop, { once: true });
      try {
        signal?.throwIfAborted();
        await upload.done();
        return { bytes: source.bytes() };
      } catch (error) {
        await dropUpload(client, key, upload.uploadId);
        signal?.throwIfAborted();
        throw source.failure()?.error ?? s3Problem(error, place);
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    async *get(name, { signal } = {}) {
      const key = keyOf(name);
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand(key), sending(signal));
        for await (const piece of (Body ?? []) as AsyncIterable<Uint8Array>) {
          signal?.throwIfAborted();
          yield piece;
        }
      } catch (error) {
        signal?.throwIfAborted();
        throw s3Problem(error, { ...place, name });
      }
    },
    stat: async (name, { signal } = {}) => {
      keyOf(name);
      const { Contents = [] } = await firstUnder(name, signal);
      const [found] = Contents;
      if (found?.Key !== root + name) return null;
      return { name, bytes: found.Size ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
    },
    async *list(prefix, { signal } = {}) {
      requirePrefix(prefix);
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: root + prefix });
      const next = () => asked(() => pages.next(), signal);
      for (let page = await next(); !page.done; page = await next()) {
        signal?.throwIfAborted();
        for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.value.Contents ?? []) {
          const name = Key.slice(root.length);
          if (isObjectName(name)) yield { name, bytes: Size, modifiedAt: LastModified };
        }
      }
    },
    remove: async (name, { signal } = {}) => {
      const key = keyOf(name);
      await asked(() => client.send(new sdk.DeleteObjectCommand(key), sending(signal)), signal);
    },
    discardUnfinished: async ({ olderThanMs, signal }) => {
      const before = Date.now() - olderThanMs;
      let discarded = 0;
      for await (const { Key, UploadId, Initiated } of uploadsUnder(root)) {
        if (Key === undefined || UploadId === undefined || (Initiated?.getTime() ?? 0) > before) continue;
        const upload = { Bucket: bucket, Key, UploadId };
        await asked(() => client.send(new sdk.AbortMultipartUploadCommand(upload), sending(signal)), signal);
        discarded += 1;
      }
      return discarded;
    },
    health: () => probeHealth('backups', 's3', () => firstUnder('')),
    close: async () => client.destroy(),
  };

  /** What has the name of the prefix comes first. Unlike HEAD, the answer tells a bucket or a key that is not there. */
  async function firstUnder(prefix: string, signal?: AbortSignal) {
    const command = new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: root + prefix, MaxKeys: 1 });
    return asked(() => client.send(command, sending(signal)), signal);
  }

  async function* uploadsUnder(prefix: string) {
    let after: Pick<ListMultipartUploadsCommandOutput, 'NextKeyMarker' | 'NextUploadIdMarker'> = {};
    for (let more = true; more; ) {
      const command = new sdk.ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: prefix,
        KeyMarker: after.NextKeyMarker,
        UploadIdMarker: after.NextUploadIdMarker,
      });
      const page = await asked(() => client.send(command));
      yield* page.Uploads ?? [];
      after = page;
      more = page.IsTruncated === true;
    }
  }
}

function openClient({
  region,
  endpoint,
  pathStyle = false,
  credentials,
  tries = TRIES,
}: S3BackupTargetOptions) {
  const { S3Client } = s3Sdk();
  return new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: pathStyle,
    maxAttempts: tries,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: SILENCE_MS,
      throwOnRequestTimeout: true,
    },
  });
}

function sending(signal: TargetCallOptions['signal']) {
  return signal === undefined ? {} : { abortSignal: signal };
}

/** Counts what passes, and remembers what the source failed with, which is not the service's fault. */
function watched(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
  let bytes = 0;
  let failed: { readonly error: unknown } | null = null;
  const iterator = body[Symbol.asyncIterator]();
  const next = () =>
    iterator.next().catch((error: unknown) => {
      failed = { error };
      throw error;
    });
  return {
    bytes: () => bytes,
    failure: () => failed,
    async *pieces() {
      try {
        for (let step = await next(); step.done !== true; step = await next()) {
          signal?.throwIfAborted();
          bytes += step.value.length;
          // A readable stream of bytes would end at an empty piece.
          if (step.value.length > 0) yield step.value;
        }
      } finally {
        await iterator.return?.();
      }
    },
  };
}

/** The SDK drops it by itself where it can; where it could not, {@link BackupTarget.discardUnfinished} will. */
async function dropUpload(
  client: S3Client,
  key: { readonly Bucket: string; readonly Key: string },
  uploadId: string | undefined,
): Promise<void> {
  if (uploadId === undefined) return;
  await client
    .send(new (s3Sdk().AbortMultipartUploadCommand)({ ...key, UploadId: uploadId }))
    .catch(() => undefined);
}
