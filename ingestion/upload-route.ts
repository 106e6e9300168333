/**
 * `POST /ingest`: one file as the body, of any size within the limit. A file of records (JSON lines, CSV) becomes a
 * document each, read and kept batch by batch in bounded memory; any other file is one document.
 */

import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isAllowed, type Principal } from '../model/principal.ts';
import { badInput, Problem } from '../platform/errors.ts';
import { readMediaType } from '../text/parser.ts';
import { isRecordMediaType, type RecordDocument, readRecords } from '../text/records.ts';
import { checkCollectionName } from './collection-name.ts';
import type { DocumentInput } from './document-input.ts';
import type { Ingestion } from './ingestion.ts';
import type { IngestionLimits } from './limits.ts';
import { requireCollection } from './require-collection.ts';
import type { RejectedDocument } from './submit.ts';

/**
 * Records that are made durable together: each time costs the stores eight calls and the disk two syncs, however small
 * they are.
 */
const RECORDS_AT_ONCE = 1_000;
/** In characters, with what a record says beside its text. */
const RECORD_CHARS_AT_ONCE = 4_000_000;
/** Refused records that the answer lists; the count has all of them. */
const REJECTED_SHOWN_MAX = 100;

export interface UploadOptions {
  /** Asked for each upload. */
  readonly ingestion: () => Ingestion;
  readonly limits: IngestionLimits;
}

/** What the answer says: everything accepted is on disk. */
interface UploadReceipt {
  readonly jobId: string | null;
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejectedCount: number;
  readonly rejected: readonly Pick<RejectedDocument, 'index' | 'key' | 'code' | 'message'>[];
}

type Authenticate = (request: FastifyRequest) => Promise<Principal>;

export function uploadRoute({ ingestion, limits }: UploadOptions) {
  return (server: FastifyInstance, { authenticate }: { readonly authenticate: Authenticate }): void => {
    void server.register(async (scope) => {
      // The body stays a stream: nobody reads it whole before the route does.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      scope.post('/ingest', { bodyLimit: limits.uploadBytesMax }, async (request, reply) => {
        const principal = await authenticate(request);
        if (!isAllowed(principal, 'documents:write')) {
          throw new Problem('FORBIDDEN', 'This needs the scope "documents:write". Get a token with it.');
        }
        const upload = readUpload(request, limits);
        requireCollection(principal, upload.collection);
        const receipt = isRecordMediaType(upload.mediaType)
          ? await ingestRecords(ingestion(), principal.tenant, upload)
          : await ingestFile(ingestion(), principal.tenant, upload, limits);
        return reply.code(202).send(receipt);
      });
    });
  };
}

interface Upload {
  readonly collection: string;
  readonly key: string | null;
  readonly title: string | null;
  readonly mediaType: ReturnType<typeof readMediaType>;
  readonly body: AsyncIterable<Uint8Array>;
}

function readUpload(request: FastifyRequest, limits: IngestionLimits): Upload {
  const query = readQuery(request.query);
  requirePlain(request.headers['content-encoding']);
  const declared = query.mediaType ?? request.headers['content-type'];
  if (!declared) throw badInput('content-type', 'is missing. Say what the file is, such as text/markdown.');
  return {
    collection: checkCollectionName(query.collection, 'collection'),
    key: query.key ?? null,
    title: query.title ?? null,
    mediaType: readMediaType(declared),
    body: within(bodyOf(request), limits.uploadBytesMax, 'TRELLIS_UPLOAD_BYTES_MAX'),
  };
}

/** What is mistyped, or stands in no upload, would be dropped without a word: metadata, for one. */
const QUERY = z.strictObject({
  collection: z.string().min(1),
  key: z.string().optional(),
  title: z.string().optional(),
  mediaType: z.string().optional(),
});

function readQuery(query: unknown): z.infer<typeof QUERY> {
  const parsed = QUERY.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw badInput(
      issue.keys[0] ?? '',
      `is not known here. There are: ${Object.keys(QUERY.shape).join(', ')}.`,
    );
  const field = String(issue?.path[0] ?? 'collection');
  const given = (query as Readonly<Record<string, unknown>>)[field];
  if (Array.isArray(given)) throw badInput(field, `is given ${given.length} times. Give it once.`);
  throw badInput(field, `is missing. Send it in the query: POST /ingest?${field}=NAME`);
}

/** What is compressed would be taken for the text itself. */
function requirePlain(encoding: string | undefined): void {
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return;
  throw new Problem(
    'UNSUPPORTED_MEDIA_TYPE',
    `The upload has the content encoding "${encoding.slice(0, 40)}", which is not decoded here. Send it uncompressed, without "content-encoding".`,
  );
}

/**
 * The body as it comes. A client that leaves is no failure of ours. Who stops reading leaves it as it is: destroyed, it
 * would never be read to its end, and the next request of its connection would wait behind the rest.
 */
async function* bodyOf({ body, raw }: FastifyRequest): AsyncGenerator<Uint8Array> {
  try {
    yield* (body as Readable).iterator({ destroyOnReturn: false });
  } catch (error) {
    if (raw.complete) throw error;
    throw new Problem('CANCELLED', 'The client left before its upload was whole. Send it again.', {
      cause: error,
    });
  }
}

async function ingestFile(
  ingestion: Ingestion,
  tenant: string,
  { collection, key, title, mediaType, body }: Upload,
  limits: IngestionLimits,
): Promise<UploadReceipt> {
  const pieces: Uint8Array[] = [];
  for await (const piece of within(body, limits.documentBytesMax, 'TRELLIS_DOCUMENT_BYTES_MAX'))
    pieces.push(piece);
  const contentBase64 = Buffer.concat(pieces).toString('base64');
  const { jobId, accepted, rejected } = await ingestion.submit(tenant, collection, [
    { key, title, mediaType, contentBase64 },
  ]);
  const [refused] = rejected;
  if (refused !== undefined) throw new Problem(refused.code, refused.message, { errors: refused.errors });
  const unchanged = accepted.filter(({ outcome }) => outcome === 'UNCHANGED').length;
  return { jobId, accepted: accepted.length, unchanged, rejectedCount: 0, rejected: [] };
}

/** Batch by batch, each durable before the next is read. A record that cannot be read is refused alone. */
async function ingestRecords(ingestion: Ingestion, tenant: string, upload: Upload): Promise<UploadReceipt> {
  const stream = ingestion.openStream(tenant, upload.collection);
  const total = { accepted: 0, unchanged: 0, rejectedCount: 0 };
  const rejected: UploadReceipt['rejected'][number][] = [];
  const reject = (refused: readonly UploadReceipt['rejected'][number][]) => {
    total.rejectedCount += refused.length;
    rejected.push(...refused.slice(0, Math.max(0, REJECTED_SHOWN_MAX - rejected.length)));
  };
  let batch: { readonly index: number; readonly input: DocumentInput }[] = [];
  let chars = 0;
  const flush = async () => {
    const sent = batch;
    batch = [];
    chars = 0;
    if (sent.length === 0) return;
    const result = await stream.add(sent.map(({ input }) => input));
    total.accepted += result.accepted.length;
    total.unchanged += result.accepted.filter(({ outcome }) => outcome === 'UNCHANGED').length;
    reject(
      result.rejected.map(({ index, key, code, message }) => ({
        index: sent[index]?.index ?? 0,
        key,
        code,
        message,
      })),
    );
  };
  const readAll = async () => {
    for await (const record of readRecords(upload.mediaType, upload.body)) {
      if ('problem' in record) {
        reject([
          { index: record.index, key: null, code: record.problem.code, message: record.problem.message },
        ]);
        continue;
      }
      batch.push(record);
      chars += charsOf(record.input);
      if (batch.length >= RECORDS_AT_ONCE || chars >= RECORD_CHARS_AT_ONCE) await flush();
    }
    await flush();
  };
  try {
    await readAll();
  } catch (error) {
    // What came before the upload broke off is on disk, and is indexed: now, or by the reconciler.
    await stream.seal().catch(() => null);
    throw error;
  }
  return { jobId: await stream.seal(), ...total, rejected };
}

function charsOf({ content, metadata, knowledge }: RecordDocument): number {
  return content.length + JSON.stringify([metadata, knowledge]).length;
}

async function* within(
  source: AsyncIterable<Uint8Array>,
  bytesMax: number,
  setting: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > bytesMax)
      throw new Problem(
        'PAYLOAD_TOO_LARGE',
        `The upload is larger than ${bytesMax} bytes. Split it, or raise ${setting}.`,
      );
    yield piece;
  }
}
