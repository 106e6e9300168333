/** The worker thread of the embedded content store. */

import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../../platform/worker-call.ts';
import { createContentDatabase } from './content-database.ts';

serveWorker({ ...createContentDatabase(String(workerData)) });
