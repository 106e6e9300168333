/** A process that archives documents or brings them back, and is killed at one moment of that. */

import { openArchive } from '../ingestion/archive/harness.ts';
import { openRooms, TENANT } from '../ingestion/harness.ts';
import { dieAt } from './die-at.ts';

const [directory = '', folder = '', way = '', moment = ''] = process.argv.slice(2);
const death = dieAt(moment);

const rooms = await openRooms({
  directory,
  archive: openArchive(folder, {
    wrapTarget: (target) => ({
      ...target,
      put: async (name, body) => {
        const isManifest = name.endsWith('manifest.json');
        if (isManifest) death.at('before the manifest');
        const put = await target.put(name, body);
        death.at(isManifest ? 'behind the manifest' : 'behind the document');
        return put;
      },
    }),
  }),
  wrapContent: death.wrapContent,
  wrapVectors: death.wrapVectors,
});
const documents = ['Madagascar', 'Mauritius', 'Zanzibar'].map((name) => ({ key: name, content: `${name}.` }));
const { jobId, accepted } = await rooms.ingestion.submit(TENANT, 'crash', documents);
await rooms.finished(jobId);
const ids = accepted.map(({ documentId }) => documentId);
const wish = { ids, by: 'ada', reason: 'old' };
if (way === 'archive') death.arm();
const { archived } = await rooms.archives.archive(TENANT, wish);
death.arm();
const { jobIds } = await rooms.archives.bringBack(
  TENANT,
  archived.map(({ id }) => id),
);
death.at('acknowledged');
await rooms.finished(jobIds[0] ?? '');
