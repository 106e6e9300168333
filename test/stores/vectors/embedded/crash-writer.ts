/** A process to be killed: applies numbered changes to the embedded indexes and prints each once it is applied. */

import { createLog } from '../../../../platform/log.ts';
import { createEmbeddedVectorStore } from '../../../../stores/vectors/embedded/embedded-vector-store.ts';
import { changeNumber, IDENTITY } from './crash-changes.ts';

const [directory = '', from = '0'] = process.argv.slice(2);
const store = createEmbeddedVectorStore({ directory, log: createLog({ level: 'silent' }) });
await store.open(IDENTITY);
process.stdout.write('open\n');
for (let number = Number(from); ; number++) {
  await store.apply([await changeNumber(number)]);
  process.stdout.write(`${number}\n`);
}
