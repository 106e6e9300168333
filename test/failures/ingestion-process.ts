/** A process to be killed: ingests numbered documents and prints each call once it is acknowledged. */

import { openRooms, TENANT } from '../ingestion/harness.ts';

const [directory = '', from = '0'] = process.argv.slice(2);
const rooms = await openRooms({ directory });
for (let at = Number(from); ; at += 5) {
  const documents = Array.from({ length: 5 }, (_, more) => ({
    key: `k${at + more}`,
    mediaType: 'text/markdown',
    content: `# Document ${at + more}\n\n${`Ada Lovelace met Person${at + more} Surname in London. `.repeat(60)}`,
  }));
  const { jobId } = await rooms.ingestion.submit(TENANT, 'crash', documents);
  process.stdout.write(`${at + 4} ${jobId}\n`);
}
