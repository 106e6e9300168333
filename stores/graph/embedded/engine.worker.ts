/** The worker thread of the embedded graph. */

import { workerData } from 'node:worker_threads';
import { serveWorker } from '../../../platform/worker-call.ts';
import { createEngine, type EngineOptions } from './engine.ts';

serveWorker({ ...createEngine(workerData as EngineOptions) });
