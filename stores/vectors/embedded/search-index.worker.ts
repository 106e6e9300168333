/** The worker thread of the embedded search indexes. */

import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../../platform/worker-call.ts';
import { createSearchIndex } from './search-index.ts';

serveWorker({ ...createSearchIndex(String(workerData)) });
