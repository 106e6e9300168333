/** What stands in the manifest of a backup, and how the objects of a target are named. */

import { z } from 'zod';
import type { BackupScope } from '../../model/backup.ts';
import { Problem } from '../../platform/errors.ts';
import { CARRIED_EDGES, CARRIED_LABELS } from '../../stores/graph/statements/transfer.ts';

/** Raised when a set written from then on cannot be read by those before. */
export const SET_FORMAT = 2;
/**
 * From this format on, checksums are of their lines in any order, and chunks are in parts of the kind `chunks`, each with
 * the edges that leave it.
 */
export const ANY_ORDER_FORMAT = 2;

export const SCOPE = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('INSTALLATION') }),
  z.object({ kind: z.literal('TENANT'), tenant: z.string() }),
  z.object({
    kind: z.literal('COLLECTION'),
    tenant: z.string(),
    collectionId: z.string(),
    collection: z.string(),
  }),
]) satisfies z.ZodType<BackupScope>;

const PART = z.object({
  name: z.string(),
  /** `contents`, `vectors`, `files`, `chunks`, `node:<label>` or `edge:<type>`. */
  kind: z.string(),
  records: z.number(),
  keyId: z.string(),
  plainSha256: z.string(),
  plainBytes: z.number(),
  cipherSha256: z.string(),
  cipherBytes: z.number(),
});

const SUMMARY = z.object({ count: z.number(), checksum: z.string() });

const GOLDEN = z.object({
  tenant: z.string(),
  /** What was asked by words. */
  text: z.string(),
  /** Chunks in the order in which they were found, with their scores. */
  hits: z.array(z.object({ chunkId: z.string(), score: z.number() })),
});

const NEIGHBOURHOOD = z.object({
  entityId: z.string(),
  /** Of the relationships that leave it. */
  checksum: z.string(),
});

const MANIFEST = z.object({
  set: z.string(),
  setFormat: z.number(),
  trellis: z.string(),
  scope: SCOPE,
  createdBy: z.string(),
  startedAt: z.string(),
  cutAt: z.string(),
  finishedAt: z.string(),
  revision: z.number(),
  embedder: z.object({ fingerprint: z.string(), dimensions: z.number() }).nullable(),
  /** Whether the search indexes had all that the graph had. */
  indexed: z.boolean(),
  engines: z.record(z.string(), z.string()),
  settings: z.record(z.string(), z.string()),
  /** By label, kind of edge and `contents`, as they were written. */
  summaries: z.record(z.string(), SUMMARY),
  golden: z.array(GOLDEN),
  neighbourhoods: z.array(NEIGHBOURHOOD),
  reusedBytes: z.number(),
  /** In the order in which they are restored. */
  parts: z.array(PART),
});

export type PartEntry = Readonly<z.infer<typeof PART>>;
export type SetManifest = Readonly<z.infer<typeof MANIFEST>>;
export type GoldenQuery = SetManifest['golden'][number];
export type Neighbourhood = SetManifest['neighbourhoods'][number];

/** Of a backup that is under way or was cut off: the parts that are there, for the next one to reuse. */
const DRAFT = z.object({ set: z.string(), parts: z.array(PART) });
export type SetDraft = Readonly<z.infer<typeof DRAFT>>;

/** What was signed as a manifest. Rejects with CONFLICT what a newer version has written. */
export function parseManifest(signed: Readonly<Record<string, unknown>>): SetManifest {
  const format = signed['setFormat'];
  if (typeof format === 'number' && format > SET_FORMAT) throw newer(`format ${format}`);
  const manifest = MANIFEST.parse(signed);
  const unknown = manifest.parts.map(({ kind }) => kind).find((kind) => !isKnownKind(kind));
  if (unknown !== undefined) throw newer(`parts of kind ${unknown}`);
  return manifest;
}

export function parseDraft(signed: Readonly<Record<string, unknown>>): SetDraft {
  return DRAFT.parse(signed);
}

function isKnownKind(kind: string): boolean {
  const [, of, name = ''] = /^(node|edge):(.*)$/.exec(kind) ?? [];
  if (of === 'node') return (CARRIED_LABELS as readonly string[]).includes(name);
  if (of === 'edge') return name in CARRIED_EDGES;
  return ['contents', 'vectors', 'files', 'chunks'].includes(kind);
}

function newer(what: string): Problem {
  return new Problem(
    'CONFLICT',
    `The backup has ${what}, which this version of Trellis does not know. Restore it with the version that wrote it.`,
  );
}

export const SETS = 'sets/';
export const PARTS = 'parts/';

/** Id of the set that a part was written for. */
export function setOfPart(name: string): string {
  return name.slice(PARTS.length).split('/')[0] ?? '';
}

export function numberOfPart(name: string): number {
  return Number(/(\d+)\.bin$/.exec(name)?.[1] ?? 0);
}

/** Of a set by its id. Parts lie apart, so that listing the sets does not list them. */
export const objectsOf = (id: string) => ({
  folder: `${SETS}${id}/`,
  manifest: `${SETS}${id}/manifest.json`,
  draft: `${SETS}${id}/draft.json`,
  status: `${SETS}${id}/status.json`,
  verification: `${SETS}${id}/verification.json`,
  cancel: `${SETS}${id}/cancel`,
  parts: `${PARTS}${id}/`,
  part: (number: number) => `${PARTS}${id}/${String(number).padStart(6, '0')}.bin`,
});
