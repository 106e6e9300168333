/** A process to be killed: writes numbered pairs into the embedded graph and prints each once it is acknowledged. */

import { createLog } from '../../platform/log.ts';
import { createEmbeddedGraphStore } from '../../stores/graph/embedded/embedded-graph-store.ts';
import { statement } from '../../stores/graph/graph-store.ts';

const [directory = '', from = '0'] = process.argv.slice(2);
const store = createEmbeddedGraphStore({ directory, log: createLog({ level: 'silent' }) });
await store.open();
for (let at = Number(from); ; at++) {
  const create = (half: string) =>
    statement(
      'test.half',
      'MERGE (n:Entity {id: $id}) SET n.number = $number',
      { id: `${half}${at}`, number: at },
      (row) => row,
    );
  await store.write([create('left'), create('right')]);
  process.stdout.write(`${at}\n`);
}
