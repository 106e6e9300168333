/** A process that archives documents or brings them back, and is killed at one moment of that. */

import { openArchive } from '../ingestion/archive/harness.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';

const [directory = '', folder = '', way = '', moment = ''] = process.argv.slice(2);
const kill = () => process.kill(process.pid, 'SIGKILL');
let armed = false;
const dieAt = (here: string) => {
  if (armed && here === moment) kill();
};

const rooms = await openRooms({
  directory,
  archive: openArchive(folder, {
    wrapTarget: (target) => ({
      ...target,
      put: async (name, body) => {
        const isManifest = name.endsWith('manifest.json');
        if (isManifest) dieAt('before the manifest');
        const put = await target.put(name, body);
        dieAt(isManifest ? 'behind the manifest' : 'behind the document');
        return put;
      },
    }),
  }),
  wrapContent: (content) => ({
    ...content,
    put: async (items) => {
      await content.put(items);
      dieAt('behind the contents');
    },
  }),
  wrapVectors: (vectors) => ({
    ...vectors,
    apply: async (changes, ...rest) => {
      if (changes.some(({ removeDocumentIds = [] }) => removeDocumentIds.length > 0))
        dieAt('behind the graph');
      const applied = await vectors.apply(changes, ...rest);
      if (changes.some(({ chunks = [] }) => chunks.length > 0)) dieAt('ahead of the graph');
      return applied;
    },
  }),
});
const documents = ['Madagascar', 'Mauritius', 'Zanzibar'].map((name) => ({ key: name, content: `${name}.` }));
const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'crash', documents);
await rooms.finished(jobId);
const ids = accepted.map(({ documentId }) => documentId);
const wish = { ids, by: 'ada', reason: 'old' };
armed = way === 'archive';
const { archived } = await rooms.archives.archive(TENANT, wish);
armed = true;
const { jobIds } = await rooms.archives.bringBack(
  TENANT,
  archived.map(({ id }) => id),
);
dieAt('acknowledged');
await rooms.finished(jobIds[0] ?? '');
