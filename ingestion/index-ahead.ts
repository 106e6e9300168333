/** Step embed: what the graph does not have yet goes into the indexes, where nobody finds it before the graph has it. */

import type { GraphStore } from '../stores/graph/graph-store.ts';
import { documentsByIds } from '../stores/graph/statements/documents.ts';
import type { BatchTools, Failures, PreparedBatch, SubmittedVersion } from './batch.ts';
import { newestOf } from './newest-versions.ts';
import { EmbedFailure, embedPassages } from './steps/embed.ts';
import type { NewVersion, VersionChange } from './steps/version.ts';
import { compareVersions, writeAhead } from './steps/write.ts';

type IndexedAhead = Pick<PreparedBatch, 'versions' | 'ahead'>;

/**
 * Embeds and indexes what the graph does not have yet; gives the chunks' ids. Where the embedder refuses a batch for
 * what is in it, halves of it are tried, down to the one document that is refused, and fails alone.
 */
export async function indexAhead(
  tools: BatchTools,
  batch: { readonly tenant: string; readonly jobId: string; readonly failures: Failures },
  versions: readonly SubmittedVersion[],
  signal: AbortSignal,
): Promise<IndexedAhead> {
  try {
    return await indexTogether(tools, batch, versions, signal);
  } catch (error) {
    if (!(error instanceof EmbedFailure && error.refused)) throw error;
    const [only, ...others] = versions;
    if (only !== undefined && others.length === 0) {
      const { id, documentId } = only.submission;
      batch.failures.push({ id, documentId, step: 'EMBED', code: error.code, message: error.message });
      return { versions: [], ahead: new Map() };
    }
    const middle = Math.ceil(versions.length / 2);
    const left = await indexAhead(tools, batch, versions.slice(0, middle), signal);
    const right = await indexAhead(tools, batch, versions.slice(middle), signal);
    return {
      versions: [...left.versions, ...right.versions],
      ahead: new Map([...left.ahead, ...right.ahead]),
    };
  }
}

async function indexTogether(
  tools: BatchTools,
  { tenant, jobId }: { readonly tenant: string; readonly jobId: string },
  versions: readonly SubmittedVersion[],
  signal: AbortSignal,
): Promise<IndexedAhead> {
  // Versions of one document share ids of passages. Should an older one count after all, what it lacks is indexed then.
  const newest = newestOf(versions);
  const change = await compareVersions(tools.graph, await noteRetitled(tools.graph, tenant, newest));
  const ahead = { versions: newest, added: change.added, texts: textsOf(versions) };
  const index = await indexAdded(tools, tenant, jobId, ahead, signal);
  return { versions, ahead: new Map(change.added.map(({ chunk }) => [chunk.id, index])) };
}

/**
 * Puts chunks into the index that answers, and gives its name. Where its embedder is not configured here any more they
 * come without vectors: the index waits to be replaced, and tells what it misses.
 */
export async function indexAdded(
  tools: Omit<BatchTools, 'exclusive'>,
  tenant: string,
  jobId: string,
  {
    versions,
    added,
    texts = textsOf(versions),
  }: {
    readonly versions: readonly SubmittedVersion[];
    readonly added: VersionChange['added'];
    /** Those of the versions where they are left out. */
    readonly texts?: ReturnType<typeof textsOf>;
  },
  signal: AbortSignal,
): Promise<string> {
  tools.onStep(jobId, 'EMBED');
  const { name: index, embedder: maker } = await tools.vectors.current();
  const embedder = await tools.embedders.of(maker);
  const passages = added.map(({ version, chunk }) => ({ title: version.document.title, text: chunk.text }));
  const vectors = embedder === null ? [] : await embedPassages(embedder, passages, signal);
  await writeAhead(tools, tenant, { versions, added, vectors, index, texts });
  return index;
}

/** What documents hold that is not there from their submission on. */
export function textsOf(versions: readonly SubmittedVersion[]) {
  return versions.flatMap(({ document: { tenant, textHash, contentHash }, text, late }) => [
    { tenant, hash: textHash ?? '', bytes: text },
    ...(late === null ? [] : [{ tenant, hash: contentHash, bytes: late.bytes }]),
  ]);
}

/** A new title stands in every posting of its document, so all of them are indexed again. */
export async function noteRetitled<Version extends NewVersion>(
  graph: GraphStore,
  tenant: string,
  versions: readonly Version[],
): Promise<readonly Version[]> {
  const stored = await graph.read(
    documentsByIds(
      tenant,
      versions.map(({ document }) => document.id),
    ),
  );
  const titles = new Map(
    stored.filter(({ versionHash }) => versionHash !== null).map(({ id, title }) => [id, title]),
  );
  return versions.map((version) => {
    const before = titles.get(version.document.id);
    return { ...version, retitled: before !== undefined && before !== version.document.title };
  });
}
