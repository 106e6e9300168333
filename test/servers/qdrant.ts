/** A Qdrant server of somebody's: what tests make there goes again. */

export interface QdrantServer {
  readonly url: string;
  readonly apiKey?: string;
}

export async function deleteCollections({ url, apiKey }: QdrantServer, prefix: string): Promise<void> {
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: apiKey === undefined ? {} : { 'api-key': apiKey },
    });
    return response.json() as Promise<{ result: { collections: { name: string }[] } }>;
  };
  const { result } = await ask('/collections');
  for (const { name } of result.collections)
    if (name.startsWith(prefix)) await ask(`/collections/${name}`, 'DELETE');
}
