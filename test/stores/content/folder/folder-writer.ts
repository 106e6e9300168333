/** A process to be killed: puts numbered contents into a shared folder and prints each once it is acknowledged. */

import { contentHash } from '../../../../model/ids.ts';
import { createFolderContentStore } from '../../../../stores/content/folder/folder-content-store.ts';
import { contentOf } from './contents.ts';

const [directory = '', from = '0'] = process.argv.slice(2);
const store = createFolderContentStore({ directory });
await store.open();
for (let at = Number(from); ; at++) {
  const bytes = contentOf(at);
  await store.put([{ tenant: 't', hash: contentHash(bytes), bytes }]);
  process.stdout.write(`${at}\n`);
}
