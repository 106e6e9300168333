/**
 * A process to be killed: re-embeds what the folder holds, and prints each text that its model is asked for. The model
 * takes its time, so that a kill finds it at work.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { createLexicalEmbedder } from '../../text/embedders/lexical.ts';
import { openRooms } from '../ingestion/harness.ts';
import { testModel } from '../ingestion/reembedding-harness.ts';

const MODEL_MS = 15;

const [directory = ''] = process.argv.slice(2);
const rooms = await openRooms({
  directory,
  embedder: testModel('model', {
    before: async (texts) => {
      await delay(MODEL_MS);
      process.stdout.write(`${texts.length}\n`);
    },
  }),
  otherEmbedders: [createLexicalEmbedder()],
});
if ((await rooms.reembeddings.last()) === null) await rooms.reembeddings.begin();
for (;;) {
  const last = await rooms.reembeddings.last();
  if (last?.phase === 'SWITCHED') break;
  await delay(20);
}
await rooms.close();
process.stdout.write('switched\n');
