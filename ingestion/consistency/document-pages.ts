/** Documents with their chunks: against their texts, and the index against them. */

import type { Fault, FaultKind } from '../../model/consistency.ts';
import type { Chunk } from '../../model/documents.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { idPages } from '../../stores/graph/id-pages.ts';
import { readyDocuments } from '../../stores/graph/ready-documents.ts';
import { chunksOfDocuments } from '../../stores/graph/statements/chunks.ts';
import { contentsOfSubmissions, type HeldContent } from '../../stores/graph/statements/consistency.ts';
import { type DocumentNode, documentsByIds } from '../../stores/graph/statements/documents.ts';
import { removalsPending } from '../../stores/graph/statements/removals.ts';
import { submissionsOfDocuments } from '../../stores/graph/statements/submissions.ts';
import { toIndexedChunk, toIndexedDocument } from '../../stores/vectors/to-indexed.ts';
import { contentsOf } from '../removals.ts';
import { mendChunks, mendFacts } from './mend-index.ts';
import { type CheckPage, type CheckTools, idsOf } from './page.ts';

/** Documents of one page; the text of one at a time is in memory. */
const DOCUMENTS_AT_ONCE = 16;
const CHUNKS_AT_ONCE = 500;
const SUBMISSIONS_AT_ONCE = 500;

type Pages = AsyncGenerator<{ readonly page: CheckPage; readonly looked: number }>;

/** Of one tenant, or of all (null); calls `met` with each that has documents. */
export async function* documentPages(
  tools: CheckTools,
  wanted: string | null,
  met: (tenant: string) => void,
): Pages {
  for await (const documents of readyDocuments(tools.graph, { limit: DOCUMENTS_AT_ONCE })) {
    for (const [tenant, ofTenant] of Map.groupBy(documents, (document) => document.tenant)) {
      met(tenant);
      if (wanted !== null && tenant !== wanted) continue;
      const ids = [...new Set(ofTenant.map(({ id }) => id))];
      yield { page: pageOf(tools, tenant, ids), looked: ids.length };
    }
  }
  yield* submissionPages(tools);
}

function pageOf(tools: CheckTools, tenant: string, ids: readonly string[]): CheckPage {
  return {
    faults: async (graph, suspected) => {
      const wanted = suspected === null ? ids : [...new Set(suspected.map(({ of }) => of))];
      const faults: Fault[] = [];
      for (const document of await settledDocuments(graph, tenant, wanted))
        faults.push(...(await documentFaults(tools, graph, document)));
      if (faults.length === 0) return faults;
      // A version that came while the index was looked at may be there already, ahead of the graph.
      const of = [...new Set(faults.map((fault) => fault.of))];
      const settled = new Set((await settledDocuments(graph, tenant, of)).map(({ id }) => id));
      return faults.filter((fault) => settled.has(fault.of));
    },
    mend: async (faults, signal) => {
      const chunkIds = idsOf(faults, ...CHUNK_KINDS);
      for (let at = 0; at < chunkIds.length; at += CHUNKS_AT_ONCE)
        await mendChunks(tools, tenant, chunkIds.slice(at, at + CHUNKS_AT_ONCE), signal);
      await mendFacts(tools, tenant, idsOf(faults, 'FACTS_MISSING', 'FACTS_DIFFER'));
    },
  };
}

const CHUNK_KINDS: readonly FaultKind[] = [
  'POSTING_MISSING',
  'POSTING_DIFFERS',
  'VECTOR_MISSING',
  'VECTOR_DIFFERS',
  'VECTOR_TWICE',
];

/** Those that have a version and of which no other is on its way: of one that is, the index is ahead of the graph. */
async function settledDocuments(
  graph: GraphStore,
  tenant: string,
  ids: readonly string[],
): Promise<readonly DocumentNode[]> {
  const onTheirWay = new Set(
    (await graph.read(submissionsOfDocuments(ids))).map(({ documentId }) => documentId),
  );
  const documents = await graph.read(documentsByIds(tenant, ids));
  const settled = documents.filter(({ id, status }) => status === 'READY' && !onTheirWay.has(id));
  return [...new Map(settled.map((document) => [document.id, document])).values()];
}

async function documentFaults(
  { content, vectors }: CheckTools,
  graph: GraphStore,
  document: DocumentNode,
): Promise<readonly Fault[]> {
  const { tenant, id: of } = document;
  const fault = (kind: FaultKind, id: string): Fault => ({ kind, tenant, id, of });
  const hashes = contentsOf(document).map((hash) => ({ id: of, tenant, hash }));
  const faults = (await withoutContent(content, graph, hashes)).map(({ hash }) =>
    fault('CONTENT_MISSING', hash),
  );
  const text = await textOf(content, document);
  let next = 0;
  for (let after = -1; ; after += CHUNKS_AT_ONCE) {
    const page = { after, limit: CHUNKS_AT_ONCE };
    const chunks = await graph.read(chunksOfDocuments(tenant, [of], page));
    const isMissing = chunks.some(({ index }, at) => index > next + at);
    if (isMissing && !faults.some(({ kind }) => kind === 'CHUNK_MISSING'))
      faults.push(fault('CHUNK_MISSING', of));
    faults.push(...chunks.filter(differsFrom(text)).map(({ id }) => fault('CHUNK_TEXT_DIFFERS', id)));
    const expected = {
      documents: after < 0 ? [toIndexedDocument(document)] : [],
      chunks: chunks.map((chunk) => toIndexedChunk(document, chunk, null)),
    };
    faults.push(...(await vectors.examine(tenant, expected)).map(({ kind, id }) => fault(kind, id)));
    next += chunks.length;
    const last = chunks.at(-1);
    if (last === undefined || last.index < after + CHUNKS_AT_ONCE) return faults;
  }
}

/** Null where the text is gone, which is a fault of its own. */
async function textOf(
  content: CheckTools['content'],
  { tenant, textHash }: DocumentNode,
): Promise<string | null> {
  if (textHash === null) return null;
  const [bytes = null] = await content.get([{ tenant, hash: textHash }]);
  return bytes === null ? null : Buffer.from(bytes).toString('utf16le');
}

function differsFrom(text: string | null) {
  return (chunk: Chunk) => text !== null && text.slice(chunk.start, chunk.end) !== chunk.text;
}

/** What is not there, and is not about to be put back by whoever found it gone as well. */
async function withoutContent(
  content: CheckTools['content'],
  graph: GraphStore,
  needed: readonly HeldContent[],
): Promise<readonly HeldContent[]> {
  const there = await content.has(needed.map(({ tenant, hash }) => ({ tenant, hash })));
  const gone = needed.filter((_, at) => there[at] !== true);
  if (gone.length === 0) return [];
  const removals = gone.map(({ tenant, hash }) => ({ tenant, kind: 'CONTENT' as const, target: hash }));
  const pending = new Set(await graph.read(removalsPending(removals)));
  return gone.filter(({ hash }) => !pending.has(hash));
}

/** What waits to be indexed, or failed and may be replayed, needs its bytes. */
async function* submissionPages(tools: CheckTools): Pages {
  for await (const ids of idPages(tools.graph, 'Submission', { limit: SUBMISSIONS_AT_ONCE })) {
    const page: CheckPage = {
      faults: async (graph) => {
        const needed = await graph.read(contentsOfSubmissions(ids));
        const gone = await withoutContent(tools.content, graph, needed);
        return gone.map(({ id: of, tenant, hash: id }) => ({ kind: 'CONTENT_MISSING', tenant, id, of }));
      },
      mend: async () => undefined,
    };
    yield { page, looked: ids.length };
  }
}
