/** The thread that seals the parts of a backup. */

import { serveWorker } from '../worker-call.ts';
import type { DataKey } from './data-key.ts';
import { sealBytesHere } from './sealed-part.ts';

serveWorker({ seal: (plain: Uint8Array, key: DataKey) => sealBytesHere(plain, key) });
