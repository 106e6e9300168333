/** A process that applies a privacy policy to documents that are there, and is killed at one moment of that. */

import { openRooms, TENANT } from '../ingestion/harness.ts';
import { dieAt } from './die-at.ts';

const [directory = '', moment = ''] = process.argv.slice(2);
const death = dieAt(moment);

const rooms = await openRooms({
  directory,
  wrapContent: death.wrapContent,
  wrapVectors: death.wrapVectors,
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
death.arm();
await rooms.privacyTreatments.begin(ada, null);
death.at('acknowledged');
// Nothing else keeps the process until it has come to that moment.
setInterval(() => undefined, 1_000);
