/** The worker thread that cuts text into terms. */

import { serveWorker } from '../../../platform/worker-call.ts';
import { createTermReader } from '../terms.ts';

serveWorker({ ...createTermReader() });
