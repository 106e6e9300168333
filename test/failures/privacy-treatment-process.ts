/** A process that applies a privacy policy to documents that are there, and is killed at one moment of that. */

import { openRooms, TENANT } from '../ingestion/harness.ts';

const [directory = '', moment = ''] = process.argv.slice(2);
let armed = false;
const dieAt = (here: string) => {
  if (armed && here === moment) process.kill(process.pid, 'SIGKILL');
};

const rooms = await openRooms({
  directory,
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
      const ofDocuments = changes.some(({ removeDocumentIds = [] }) => removeDocumentIds.length > 0);
      const ofChunks = changes.some(({ removeChunkIds = [] }) => removeChunkIds.length > 0);
      if (ofDocuments) dieAt('behind the deletion of an old id');
      if (ofChunks) dieAt('behind a new version in the graph');
      const applied = await vectors.apply(changes, ...rest);
      if (changes.some(({ chunks = [] }) => chunks.length > 0)) dieAt('ahead of the graph');
      return applied;
    },
  }),
});
const documents = Array.from({ length: 130 }, (_, at) => ({
  ...(at % 2 === 0 ? { key: `k${at}` } : {}),
  content: `Wilhelmina Quastenberg wrote letter ${at}.`,
}));
const { jobId } = await rooms.ingestion.submit(TENANT, 'crash', documents);
await rooms.finished(jobId);
const ada = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] } as const;
await rooms.privacyPolicies.set(ada, {
  ...{ collection: null, otherwise: 'PSEUDONYMISE', rules: [], confidenceMin: 0.5 },
});
armed = true;
await rooms.privacyTreatments.begin(ada, null);
dieAt('acknowledged');
// Nothing else keeps the process until it has come to that moment.
setInterval(() => undefined, 1_000);
