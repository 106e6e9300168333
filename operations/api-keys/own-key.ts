/** The key that a principal came with, as it is kept. */

import type { ApiKey } from '../../model/api-key.ts';
import type { Principal } from '../../model/principal.ts';
import { Problem } from '../../platform/errors.ts';
import type { GraphStore } from '../../stores/graph/graph-store.ts';
import { apiKeysByIds } from '../../stores/graph/statements/api-keys.ts';

/** Null where it came with a token. A key that vanished meanwhile allows nothing: that is NOT_FOUND. */
export async function ownKeyOf(graph: GraphStore, { tenant, apiKey }: Principal): Promise<ApiKey | null> {
  return apiKey === undefined ? null : requireKey(await graph.read(apiKeysByIds(tenant, [apiKey])), apiKey);
}

export function requireKey([key]: readonly ApiKey[], id: string): ApiKey {
  if (key !== undefined) return key;
  const detail = `There is no API key ${id.slice(0, 100)}. Keys are named by what createApiKey returned, or by apiKeys.`;
  throw new Problem('NOT_FOUND', detail);
}
