/** A process to be killed: ingests documents under a privacy policy and prints each job once it is acknowledged. */

import { openRooms, TENANT } from '../ingestion/harness.ts';

const [directory = ''] = process.argv.slice(2);
const rooms = await openRooms({ directory });
const ada = { subject: 'ada', tenant: TENANT, scopes: ['admin:data'] } as const;
await rooms.privacyPolicies.set(ada, {
  ...{ collection: null, otherwise: 'PSEUDONYMISE', rules: [], confidenceMin: 0.5 },
});
for (let at = 0; ; at++) {
  const { jobId } = await rooms.ingestion.submit(TENANT, 'crash', [
    {
      key: `quastenberg-${at}@canary.example`,
      title: `Wilhelmina Quastenberg, letter ${at}`,
      content: `${'Wilhelmina Quastenberg met somebody in the park. '.repeat(40)} Letter ${at}.`,
    },
  ]);
  process.stdout.write(`${jobId}\n`);
}
