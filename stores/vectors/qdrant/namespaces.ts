/**
 * Several installations on one Qdrant, told apart by what the names of their collections and aliases begin with: a
 * collection's number comes last, and is what the next one counts from.
 */

import { FIRST_NAMESPACE, isNamespace, type Namespace } from '../../../model/namespace.ts';
import { invariant } from '../../../platform/errors.ts';
import { connectQdrant, type QdrantAddress, type QdrantConnection } from './connection.ts';

/** Prefix of an installation's collections where nothing else is said. */
export const COLLECTION_PREFIX = 'trellis';
/** What comes behind the prefix in the names of collections of any layout. */
const NUMBERED = /^-v\d+-\d+$/;

export function prefixIn(namespace: Namespace, prefix: string): string {
  invariant(isNamespace(namespace), 'a namespace is a name that collections can carry');
  return namespace === FIRST_NAMESPACE ? prefix : `${prefix}_${namespace}`;
}

export interface QdrantNamespaces extends QdrantAddress {
  readonly collectionPrefix?: string;
}

/**
 * Deletes its collections, of every layout, and with them their aliases; those of others are left alone. Whoever was cut off
 * calls again. Nobody may have the namespace open meanwhile.
 */
export async function dropQdrantNamespace(
  address: QdrantNamespaces,
  { namespace, signal }: { readonly namespace: Namespace; readonly signal?: AbortSignal },
): Promise<void> {
  const prefix = prefixIn(namespace, address.collectionPrefix ?? COLLECTION_PREFIX);
  const qdrant = connectQdrant(address);
  for (const name of await collectionNames(qdrant, signal)) {
    if (!name.startsWith(prefix) || !NUMBERED.test(name.slice(prefix.length))) continue;
    await qdrant.ask((api, init) => api.deleteCollection({ collection_name: name }, init), signal);
  }
}

/** Those that have a collection, the first one included. */
export async function listQdrantNamespaces(
  address: QdrantNamespaces,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly Namespace[]> {
  const prefix = address.collectionPrefix ?? COLLECTION_PREFIX;
  const names = await collectionNames(connectQdrant(address), signal);
  const namespaces = names.map((name) => namespaceOf(name, prefix)).filter((namespace) => namespace !== null);
  return [...new Set(namespaces)].toSorted();
}

/** Null for what is no collection of ours. */
function namespaceOf(name: string, prefix: string): Namespace | null {
  const [begin = '', ...numbered] = name.split(/(?=-v\d+-\d+$)/);
  if (numbered.length === 0) return null;
  if (begin === prefix) return FIRST_NAMESPACE;
  const namespace = begin.startsWith(`${prefix}_`) ? begin.slice(prefix.length + 1) : '';
  return namespace !== FIRST_NAMESPACE && isNamespace(namespace) ? namespace : null;
}

async function collectionNames(
  qdrant: QdrantConnection,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { collections } = await qdrant.ask((api, init) => api.getCollections({}, init), signal);
  return collections.map(({ name }) => name);
}
