/** `trellis archive …`: lists, archives, brings back and deletes archived documents of a running server. */

import type { Client } from './client.ts';

export interface ArchiveReport {
  readonly id: string;
  readonly state: string;
  readonly documentId: string;
  readonly collection: string;
  readonly key: string | null;
  readonly title: string;
  readonly bytes: number;
  readonly archivedAt: string;
  readonly archivedBy: string;
  readonly jobId: string | null;
}

interface Refusal {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

export interface ArchivingReport {
  readonly done: readonly ArchiveReport[];
  readonly refused: readonly Refusal[];
}

/** Of one call. */
const IDS_AT_ONCE = 100;
const ARCHIVE = 'id state documentId collection key title bytes archivedAt archivedBy jobId';
const REFUSED = 'refused { id code message }';

export interface ArchivesWanted {
  readonly collection?: string | undefined;
  readonly state?: string | undefined;
}

export async function listArchives(
  client: Client,
  { collection, state }: ArchivesWanted,
): Promise<readonly ArchiveReport[]> {
  const query = `query CommandLineArchives($collection: String, $states: [ArchiveState!], $after: String) {
    archivedDocuments(collection: $collection, states: $states, first: 100, after: $after) {
      nodes { ${ARCHIVE} } pageInfo { hasNextPage endCursor } } }`;
  const states = state === undefined ? [] : [state.toUpperCase().replaceAll('-', '_')];
  const found: ArchiveReport[] = [];
  for (let after: string | null = null; ; ) {
    const variables: Readonly<Record<string, unknown>> = { collection: collection ?? null, states, after };
    const { archivedDocuments: page } = await client.run<{ readonly archivedDocuments: Page }>(
      query,
      variables,
    );
    found.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

interface Page {
  readonly nodes: readonly ArchiveReport[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export function archive(client: Client, ids: readonly string[], reason: string): Promise<ArchivingReport> {
  const operation = `mutation CommandLineArchive($input: ArchiveDocumentsInput!) {
    result: archiveDocuments(input: $input) { done: archived { ${ARCHIVE} } ${REFUSED} } }`;
  return inTurn(client, operation, ids, { reason });
}

export function bringBack(client: Client, ids: readonly string[]): Promise<ArchivingReport> {
  const operation = `mutation CommandLineBringBack($input: BringBackDocumentsInput!) {
    result: bringBackDocuments(input: $input) { done: comingBack { ${ARCHIVE} } ${REFUSED} } }`;
  return inTurn(client, operation, ids, {});
}

export function rewrapArchives(client: Client, ids: readonly string[]): Promise<ArchivingReport> {
  const operation = `mutation CommandLineRewrapArchives($input: RewrapArchivedDocumentsInput!) {
    result: rewrapArchivedDocuments(input: $input) { done: rewrapped { ${ARCHIVE} } ${REFUSED} } }`;
  return inTurn(client, operation, ids, {});
}

export async function deleteArchives(client: Client, ids: readonly string[]): Promise<readonly string[]> {
  const operation = `mutation CommandLineDeleteArchives($input: DeleteArchivedDocumentsInput!) {
    deleteArchivedDocuments(input: $input) { ids } }`;
  const gone: string[] = [];
  for (const some of slices(ids)) {
    const input = { ids: some };
    const { deleteArchivedDocuments: deleted } = await client.run<{
      readonly deleteArchivedDocuments: { readonly ids: readonly string[] };
    }>(operation, { input });
    gone.push(...deleted.ids);
  }
  return gone;
}

async function inTurn(
  client: Client,
  operation: string,
  ids: readonly string[],
  input: Readonly<Record<string, unknown>>,
): Promise<ArchivingReport> {
  const reports: ArchivingReport[] = [];
  for (const some of slices(ids)) {
    const { result } = await client.run<{ readonly result: ArchivingReport }>(operation, {
      input: { ...input, ids: some },
    });
    reports.push(result);
  }
  return {
    done: reports.flatMap(({ done }) => done),
    refused: reports.flatMap(({ refused }) => refused),
  };
}

function* slices(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) yield ids.slice(at, at + IDS_AT_ONCE);
}

export function describeArchives(archives: readonly ArchiveReport[]): string {
  if (archives.length === 0) return 'There are no archived documents.';
  return archives.map(describeArchive).join('\n');
}

function describeArchive({
  id,
  state,
  collection,
  key,
  title,
  bytes,
  archivedAt,
  archivedBy,
}: ArchiveReport): string {
  return `${id}  ${state.padEnd(13)} ${collection}/${key ?? title}  ${bytes} bytes, ${archivedAt} by ${archivedBy}`;
}

export function describeArchiving(what: string, { done, refused }: ArchivingReport): string {
  const jobs = [...new Set(done.map(({ jobId }) => jobId))].filter((id) => id !== null);
  return [
    `${done.length} ${what}${jobs.length === 0 ? '' : `, indexed by ${jobs.join(', ')}`}`,
    ...done.map(describeArchive),
    ...refused.map(({ id, code, message }) => `not ${id}: ${code}: ${message}`),
  ].join('\n');
}
