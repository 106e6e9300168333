/** What an erasure reaches: documents that name somebody, or are theirs by their metadata, archived or not. */

import type { ArchivedDocument } from '../../model/archive.ts';
import type { DocumentSelection } from '../../model/retention.ts';
import { badInput } from '../../platform/errors.ts';
import { documentsByIds } from '../../stores/graph/statements/documents.ts';
import { entitiesNamed } from '../../stores/graph/statements/entities.ts';
import { documentsMentioning } from '../../stores/graph/statements/retention.ts';
import { entityKey } from '../../text/entity-key.ts';
import { kindOfPseudonym } from '../../text/pseudonyms.ts';
import type { Archives } from '../archive/archives.ts';
import type { DeleteTools } from '../delete.ts';
import { heldAmong } from './holds.ts';
import { checkSelection } from './retention-request.ts';
import { selectedDocuments } from './selected-documents.ts';

/** Documents deleted together, each time while nobody else writes to the indexes. */
const DOCUMENTS_AT_ONCE = 200;
/** Documents of one erasure. */
const DOCUMENTS_MAX = 10_000;
const NAMES_MAX = 20;

export interface ErasureRequest {
  /** As the documents write them. */
  readonly names: readonly string[];
  /** Documents whose metadata says that they are theirs; null for none. */
  readonly selection: DocumentSelection | null;
  readonly reason: string;
}

/** What would be erased, or was. */
export interface ErasurePlan {
  readonly documentIds: readonly string[];
  /** Archives that hold such documents, or another version of them. */
  readonly archiveIds: readonly string[];
  /** Those of the documents, archived or not, that a legal hold keeps, with the name of the hold: then nothing is erased. */
  readonly held: readonly { readonly documentId: string; readonly hold: string }[];
}

export interface ErasureTools extends DeleteTools {
  readonly now: () => Date;
  readonly archives: Pick<Archives, 'about' | 'erase' | 'remaining' | 'requireTarget'>;
  /** Pseudonyms that stand for such names in this tenant. */
  readonly pseudonymsOf: (tenant: string, names: readonly string[]) => Promise<readonly string[]>;
}

export interface ErasureReach {
  /** As it was asked for, checked. */
  readonly selection: DocumentSelection | null;
  readonly documentIds: readonly string[];
  readonly archives: readonly ArchivedDocument[];
  readonly held: ErasurePlan['held'];
}

export async function reachOf(
  tools: ErasureTools,
  tenant: string,
  { names, selection: asked }: Omit<ErasureRequest, 'reason'>,
  signal?: AbortSignal,
): Promise<ErasureReach> {
  const selection = asked === null ? null : checkTheirs(asked);
  const { documentIds, entityIds } = await findDocuments(tools, tenant, { names, selection }, signal);
  const keys = keysOf(names);
  const archives = await tools.archives.about(tenant, { keys, entityIds, selection, documentIds }, signal);
  const held: { documentId: string; hold: string }[] = [];
  for (const ids of batches(documentIds)) {
    const documents = await tools.graph.read(documentsByIds(tenant, ids));
    for (const [documentId, { name }] of await heldAmong(tools.graph, tenant, documents))
      held.push({ documentId, hold: name });
  }
  const heldArchives = await heldAmong(tools.graph, tenant, archives);
  for (const { id, documentId } of archives) {
    const hold = heldArchives.get(id);
    if (hold !== undefined) held.push({ documentId, hold: hold.name });
  }
  return { selection, documentIds, archives, held };
}

function checkTheirs(asked: DocumentSelection): DocumentSelection {
  const selection = checkSelection(asked);
  if (selection.metadata.length > 0) return selection;
  throw badInput('input.metadata', 'is empty: a whole collection is nobody’s. Give at least one condition.');
}

/** By names, by metadata, or both. */
async function findDocuments(
  { graph }: ErasureTools,
  tenant: string,
  { names, selection }: Omit<ErasureRequest, 'reason'>,
  signal: AbortSignal | undefined,
): Promise<{ readonly documentIds: readonly string[]; readonly entityIds: readonly string[] }> {
  if (names.length === 0 && selection === null)
    throw badInput(
      'input',
      'names nobody. Give "names", or "metadata" that says which documents are theirs.',
    );
  if (names.filter((name) => kindOfPseudonym(name) === null).length > NAMES_MAX)
    throw badInput('input.names', `has ${names.length} names and may have ${NAMES_MAX}.`);
  const keys = keysOf(names);
  const found = new Set<string>();
  const entities = keys.length === 0 ? [] : await graph.read(entitiesNamed(tenant, keys));
  const ids = [...new Set(entities.map(({ id }) => id))];
  if (keys.length > 0) {
    const limit = DOCUMENTS_MAX + 1;
    if (ids.length > 0)
      for (const id of await graph.read(documentsMentioning(tenant, ids, limit))) found.add(id);
  }
  if (selection !== null) {
    for await (const page of selectedDocuments(graph, { tenant, selection, before: null }, signal)) {
      for (const { id } of page) found.add(id);
      if (found.size > DOCUMENTS_MAX) break;
    }
  }
  if (found.size > DOCUMENTS_MAX)
    throw badInput('input', `reaches more than ${DOCUMENTS_MAX} documents. Say more exactly whose they are.`);
  return { documentIds: [...found].toSorted(), entityIds: ids };
}

export function keysOf(names: readonly string[]): readonly string[] {
  return [
    ...new Set(
      names.map((name, at) => {
        const key = entityKey(name);
        if (key === '') throw badInput(`input.names.${at}`, 'has no letter and no digit.');
        return key;
      }),
    ),
  ];
}

export function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += DOCUMENTS_AT_ONCE) yield items.slice(at, at + DOCUMENTS_AT_ONCE);
}
