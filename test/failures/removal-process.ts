/** A process that deletes or replaces a document, and is killed where the graph knows and the indexes do not. */

import { openRooms, TENANT } from '../ingestion/harness.ts';

const [directory = '', way = 'delete'] = process.argv.slice(2);
const rooms = await openRooms({
  directory,
  wrapVectors: (vectors) => ({
    ...vectors,
    apply: async (changes) => {
      const removes = changes.some(
        ({ removeChunkIds = [], removeDocumentIds = [] }) =>
          removeChunkIds.length + removeDocumentIds.length > 0,
      );
      if (removes) process.kill(process.pid, 'SIGKILL');
      return vectors.apply(changes);
    },
  }),
});
const ingest = async (key: string, content: string) => {
  const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'crash', [{ key, content }]);
  await rooms.finished(jobId);
  return accepted[0]?.documentId ?? '';
};
await ingest('kept', 'Madagascar.');
const id = await ingest('gone', 'Zanzibar.');
if (way === 'delete') await rooms.ingestion.delete(TENANT, { ids: [id], keys: [], collectionId: null });
else await ingest('gone', 'Mauritius.');
