/**
 * Ingestion killed again and again on one folder, and what each kill left. Apart from the test, so that the bench
 * runs the same with more rounds.
 */

import { join } from 'node:path';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { type DocumentNode, documentsListed } from '../../stores/graph/statements/documents.ts';
import { openRooms, type Rooms, TENANT } from '../ingestion/harness.ts';
import { runScript } from './run-script.ts';

const LISTING = {
  tenant: TENANT,
  collectionId: null,
  status: null,
  mediaTypes: null,
  updatedAfter: '',
  updatedBefore: null,
};
const PAGE = 500;
/** What jobs may take behind a restart, in ms: an index of more documents takes longer to be looked through first. */
const RESUME_MS = { base: 60_000, perDocument: 100 };
/** Kills come between these times after the first acknowledgement, in ms, spread over the rounds. */
const KILL_AFTER_MS = { min: 20, step: 97, span: 400 };

/** What one kill left. All but the first two are to be nothing. */
export interface CrashRound {
  readonly acknowledged: number;
  /** Documents that were still waiting when the process was killed: without any, a kill proves little. */
  readonly waiting: number;
  /** Keys that were acknowledged and are not there, or not to be found, once their jobs have finished. */
  readonly lost: readonly string[];
  /** Documents of which a reader could see a part. */
  readonly halfVisible: readonly string[];
  /** Jobs that did not succeed after the restart. */
  readonly unfinished: readonly string[];
}

export async function* crashIngestion(directory: string, rounds: number): AsyncGenerator<CrashRound> {
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const { min, step, span } = KILL_AFTER_MS;
    const killed = await ingestUntilKilled(directory, acknowledged, min + ((round * step) % span));
    acknowledged = killed.last + 1;
    const left = await inspectLeft(directory);
    yield { acknowledged, ...left, ...(await inspectResumed(directory, acknowledged, killed.jobs)) };
  }
}

/** Lets a process ingest from `from` on and kills it after a while; gives what it was told is safe. */
async function ingestUntilKilled(directory: string, from: number, killAfterMs: number) {
  const script = join(import.meta.dirname, 'ingestion-process.ts');
  let last = from - 1;
  const jobs: string[] = [];
  let heard = 0;
  await runScript(script, [directory, String(from)], (line, kill) => {
    if (heard++ === 0) setTimeout(kill, killAfterMs);
    const [number, job] = line.split(' ');
    if (job === undefined || !job.startsWith('job_') || job.length < 36) return;
    last = Math.max(last, Number(number));
    jobs.push(job);
  });
  return { last, jobs };
}

/** What a reader sees right behind the crash, before anything is resumed. */
async function inspectLeft(directory: string): Promise<Pick<CrashRound, 'waiting' | 'halfVisible'>> {
  const rooms = await openRooms({ directory, startWorker: false });
  try {
    const documents = await allDocuments(rooms);
    return {
      waiting: documents.filter(({ status }) => status === 'PENDING').length,
      halfVisible: await notWhole(rooms, documents),
    };
  } finally {
    await rooms.close();
  }
}

async function inspectResumed(
  directory: string,
  acknowledged: number,
  jobs: readonly string[],
): Promise<Pick<CrashRound, 'lost' | 'unfinished'>> {
  const rooms = await openRooms({ directory });
  try {
    const unfinished: string[] = [];
    const withinMs = RESUME_MS.base + acknowledged * RESUME_MS.perDocument;
    for (const job of jobs)
      if ((await rooms.finished(job, withinMs)).state !== 'SUCCEEDED') unfinished.push(job);
    const documents = await allDocuments(rooms);
    const broken = new Set([...(await notWhole(rooms, documents)), ...(await notIndexed(rooms, documents))]);
    const found = new Set(
      documents.filter(({ id, status }) => status === 'READY' && !broken.has(id)).map(({ key }) => key),
    );
    const keys = Array.from({ length: acknowledged }, (_, at) => `k${at}`);
    return { unfinished, lost: keys.filter((key) => !found.has(key)) };
  } finally {
    await rooms.close();
  }
}

async function allDocuments({ graph }: Rooms): Promise<readonly DocumentNode[]> {
  const documents: DocumentNode[] = [];
  for (let after = ''; ; ) {
    const page = await graph.read(documentsListed({ ...LISTING, after, limit: PAGE }));
    documents.push(...page);
    const last = page.at(-1);
    if (last === undefined) return documents;
    after = last.id;
  }
}

/** Every document of the process has as many chunks as the others; one that is not ready has none. */
async function notWhole(rooms: Rooms, documents: readonly DocumentNode[]): Promise<readonly string[]> {
  const counts = new Map((await chunksByDocument(rooms, documents)).map(([id, ids]) => [id, ids.length]));
  const ready = documents.filter(({ status }) => status === 'READY');
  const whole = Math.max(0, ...ready.map(({ id }) => counts.get(id) ?? 0));
  return documents
    .filter(({ id, status }) => (counts.get(id) ?? 0) !== (status === 'READY' ? whole : 0))
    .map(({ id }) => id);
}

/** Documents with a chunk that the graph has and the indexes do not. */
async function notIndexed(rooms: Rooms, documents: readonly DocumentNode[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [documentId, chunkIds] of await chunksByDocument(rooms, documents)) {
    const vectors = await rooms.vectors.vectors(chunkIds, TENANT);
    if (vectors.some((vector) => vector === null)) missing.push(documentId);
  }
  return missing;
}

async function chunksByDocument({ graph }: Rooms, documents: readonly DocumentNode[]) {
  const chunks = await graph.read(
    chunksOfDocuments(
      TENANT,
      documents.map(({ id }) => id),
      { after: -1, limit: 1_000 },
    ),
  );
  const byDocument = Map.groupBy(chunks, ({ documentId }) => documentId);
  return [...byDocument].map(([id, own]) => [id, own.map((chunk) => chunk.id)] as const);
}
