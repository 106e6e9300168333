/** What tests of consistency share: an installation with something in it, and checks that are waited for. */

import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { type ConsistencyCheck, type Finding, faultsLeft } from '../../../model/consistency.ts';
import { type Row, statement } from '../../../stores/graph/graph-store.ts';
import { readyDocuments } from '../../../stores/graph/ready-documents.ts';
import { chunksOfDocuments } from '../../../stores/graph/statements/chunks.ts';
import type { DocumentNode } from '../../../stores/graph/statements/documents.ts';
import { openRooms, type Rooms, type RoomsOptions, TENANT } from '../harness.ts';

export const COLLECTION = 'stars';
/** For checks to which nothing is too young to be told. */
export const HOURS_AHEAD = () => new Date(Date.now() + 2 * 3_600_000);

const TEXTS = [
  'Henrietta Leavitt worked at Harvard College Observatory. She found the law of the Cepheids.',
  'Edwin Hubble worked at Mount Wilson. He measured Andromeda with the law of Henrietta Leavitt.',
  'Cecilia Payne studied at Cambridge and worked at Harvard College Observatory.',
];

const KNOWLEDGE = {
  entities: [
    { name: 'Henrietta Leavitt', type: 'PERSON', aliases: ['Miss Leavitt'] },
    { name: 'Harvard College Observatory', type: 'ORGANIZATION' },
  ],
  triples: [{ subject: 'Henrietta Leavitt', predicate: 'worked at', object: 'Harvard College Observatory' }],
};

/** An installation of three documents, all found. */
export async function filledRooms(options: RoomsOptions = {}): Promise<Rooms> {
  const rooms = await openRooms(options);
  await rooms.ingestion.createCollection(TENANT, COLLECTION, null);
  const documents = TEXTS.map((content, at) => ({
    key: `star-${at}`,
    content,
    title: `Star ${at}`,
    mediaType: 'text/plain',
    metadata: { year: 1900 + at },
    knowledge: KNOWLEDGE,
  }));
  const receipt = await rooms.ingestion.submit(TENANT, COLLECTION, documents);
  await rooms.finished(receipt.jobId);
  return rooms;
}

/** Begins a check and waits until it is over. */
export async function checked(
  { checks }: Pick<Rooms, 'checks'>,
  { mends = false, tenant = null }: { readonly mends?: boolean; readonly tenant?: string | null } = {},
): Promise<ConsistencyCheck> {
  await checks.begin(tenant, { mends });
  return vi.waitFor(
    async () => {
      const check = await checks.last(tenant);
      if (check === null || check.finishedAt === null) throw new Error(`it is ${check?.state} yet`);
      return check;
    },
    { timeout: 120_000, interval: 20 },
  );
}

/** Kinds of what was found, each once. */
export function kindsOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ kind }) => kind))].toSorted();
}

/** Finds exactly `kinds`, mends what can be mended, and finds the rest alone afterwards. */
export async function findAndMend(
  rooms: Pick<Rooms, 'checks'>,
  kinds: readonly string[],
  left: readonly string[] = [],
): Promise<void> {
  const found = await checked(rooms);
  expect(found.problem).toBeNull();
  expect(kindsOf(found.findings)).toEqual(kinds.toSorted());
  expect(found.findings.some(({ isMended }) => isMended)).toBe(false);
  const mended = await checked(rooms, { mends: true });
  expect(kindsOf(mended.findings.filter(({ isMended }) => !isMended))).toEqual(left.toSorted());
  const after = await checked(rooms);
  expect(kindsOf(after.findings)).toEqual(left.toSorted());
  expect(faultsLeft(after)).toBe(after.findings.length);
}

/** The documents in the order of their keys, each with its chunks. */
export async function documentsOf({ graph }: Pick<Rooms, 'graph'>) {
  const documents: DocumentNode[] = [];
  for await (const page of readyDocuments(graph, { limit: 100 })) documents.push(...page);
  const sorted = documents.toSorted((left, right) => (left.key ?? '').localeCompare(right.key ?? ''));
  return Promise.all(
    sorted.map(async (document: DocumentNode) => ({
      document,
      chunks: await graph.read(chunksOfDocuments(document.tenant, [document.id], { after: -1, limit: 100 })),
    })),
  );
}

/** The first of them, with its first chunk. */
export async function oneChunk(rooms: Pick<Rooms, 'graph'>) {
  const [first] = await documentsOf(rooms);
  const [chunk] = first?.chunks ?? [];
  if (first === undefined || chunk === undefined) throw new Error('there is a document with a chunk');
  return { document: first.document, chunk };
}

/** Changes the graph behind everybody's back. */
export async function tamper(
  { graph }: Pick<Rooms, 'graph'>,
  cypher: string,
  parameters: Row = {},
): Promise<void> {
  await graph.write([statement(`test.tamper ${randomUUID()}`, cypher, parameters, (row) => row)]);
}

export async function ask(
  { graph }: Pick<Rooms, 'graph'>,
  cypher: string,
  parameters: Row = {},
): Promise<readonly Row[]> {
  return graph.read(statement('test.ask', cypher, parameters, (row) => row));
}
