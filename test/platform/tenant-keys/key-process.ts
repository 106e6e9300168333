/** Opens the key of a tenant in the folder that it is given, and says which one that is. */

import { createKeyFolder } from '../../../platform/tenant-keys/key-folder.ts';

const [directory = '', tenant = ''] = process.argv.slice(2);
const keys = createKeyFolder({ directory, wrapper: null, now: () => new Date() });
process.once('message', async () => {
  const { id, bytes } = await keys.open(tenant);
  process.send?.(`${id} ${Buffer.from(bytes).toString('hex')}`);
  process.disconnect();
});
process.send?.('ready');
