import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { documentsListed } from '../../stores/graph/statements/documents.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 5);
const LISTING = {
  tenant: TENANT,
  collectionId: null,
  status: null,
  mediaTypes: null,
  updatedAfter: '',
  updatedBefore: null,
};

/** Lets a process ingest from `from` on and kills it after a while; gives what it was told is safe. */
async function ingestUntilKilled(directory: string, from: number, killAfterMs: number) {
  const script = join(import.meta.dirname, 'ingestion-process.ts');
  const child = spawn(process.execPath, [script, directory, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = from - 1;
  const jobs: string[] = [];
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), killAfterMs));
  for await (const text of child.stdout) {
    for (const line of String(text).split('\n').filter(Boolean)) {
      const [number, job] = line.split(' ');
      if (job === undefined || !job.startsWith('job_') || job.length < 36) continue;
      last = Math.max(last, Number(number));
      jobs.push(job);
    }
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { last, jobs };
}

test(`ingestion killed ${ROUNDS} times loses no acknowledged document, shows none by half, and finishes`, {
  timeout: 1_200_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trellis-ingestion-crash-'));
  let next = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { last, jobs } = await ingestUntilKilled(directory, next, 20 + ((round * 97) % 400));
    next = last + 1;
    const rooms = await openRooms({ directory });
    for (const job of jobs) expect(await rooms.finished(job)).toMatchObject({ state: 'SUCCEEDED' });
    const documents = [];
    for (let after = ''; ; ) {
      const page = await rooms.graph.read(documentsListed({ ...LISTING, after, limit: 500 }));
      if (page.length === 0) break;
      documents.push(...page);
      after = page.at(-1)?.id ?? '';
    }
    const keys = new Set(documents.map(({ key }) => key));
    for (let at = 0; at < next; at++) expect(keys).toContain(`k${at}`);
    const chunks = Map.groupBy(
      await rooms.graph.read(
        chunksOfDocuments(
          TENANT,
          documents.map(({ id }) => id),
          { after: -1, limit: 1_000 },
        ),
      ),
      ({ documentId }) => documentId,
    );
    const whole = chunks.get(documents.find(({ key }) => key === 'k0')?.id ?? '')?.length;
    for (const { id, status } of documents) {
      if (status === 'READY') expect(chunks.get(id)?.length).toBe(whole);
      else expect(chunks.get(id)).toBeUndefined();
    }
    await rooms.close();
  }
});
