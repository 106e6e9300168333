/** The Qdrant that `QDRANT_URL` (with `QDRANT_API_KEY` where it wants a key) lends to tests. */

const { QDRANT_URL: url, QDRANT_API_KEY: apiKey } = process.env;

/** Null where none is lent. */
export const QDRANT = url === undefined ? null : { url, apiKey: () => apiKey };

/** The prefix of an installation's collections by default. */
const INSTALLATION = 'trellis';

/** The settings of an installation on it, its collections deleted; none where there is no Qdrant. */
export async function qdrantSettings(): Promise<Readonly<Record<string, string>>> {
  if (QDRANT === null) return {};
  await deleteCollections(INSTALLATION);
  return {
    TRELLIS_VECTORS: 'qdrant',
    TRELLIS_VECTORS_URL: QDRANT.url,
    ...(apiKey === undefined ? {} : { TRELLIS_VECTORS_API_KEY: apiKey }),
  };
}

export async function deleteCollections(prefix: string): Promise<void> {
  const { result } = await ask('/collections');
  for (const { name } of result.collections)
    if (name.startsWith(prefix)) await ask(`/collections/${name}`, 'DELETE');
}

async function ask(path: string, method = 'GET') {
  const response = await fetch(new URL(path, url), {
    method,
    headers: apiKey === undefined ? {} : { 'api-key': apiKey },
  });
  return response.json() as Promise<{ result: { collections: { name: string }[] } }>;
}
