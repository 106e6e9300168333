/** The embedded content store behind the port: SQLite in a worker thread. */

import { Problem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import { startWorker, type WorkerClient } from '../../../platform/worker-call.ts';
import type { ContentStore } from '../content-store.ts';
import type { ContentDatabase } from './content-database.ts';

/** A blob is read whole up to here, in bytes: the largest document there can be. */
const BLOB_BYTES_MAX = Number.MAX_SAFE_INTEGER;

type DatabaseApi = { [Method in keyof ContentDatabase]: ContentDatabase[Method] };

export function createEmbeddedContentStore(options: { readonly directory: string }): ContentStore {
  let worker: WorkerClient<DatabaseApi> | null = null;
  let engine = 'sqlite (embedded)';
  const opened = () => {
    if (worker === null)
      throw new Problem('UNAVAILABLE', 'The content store is not open. Try again once Trellis has started.');
    return worker.call;
  };

  return {
    open: async () => {
      const started = startWorker<DatabaseApi>(
        new URL('./content.worker.ts', import.meta.url),
        options.directory,
      );
      try {
        await started.call.open();
        engine = `sqlite ${await started.call.version()} (embedded)`;
        worker = started;
      } catch (error) {
        await started.terminate();
        throw error;
      }
    },
    put: async (items) => {
      if (items.length > 0) await opened().put(items);
    },
    putStream: async (tenant, source, { maxBytes }) => {
      const call = opened();
      const blob = await call.begin(tenant);
      try {
        let bytes = 0;
        for await (const piece of source) {
          bytes += piece.length;
          if (bytes > maxBytes) {
            throw new Problem(
              'PAYLOAD_TOO_LARGE',
              `The content is larger than ${maxBytes} bytes. Split it, or raise TRELLIS_DOCUMENT_BYTES_MAX.`,
            );
          }
          await call.append(blob, piece);
        }
        return await call.finish(blob);
      } catch (error) {
        await call.abandon(blob).catch(() => undefined);
        throw error;
      }
    },
    get: async (keys) => {
      const call = opened();
      return Promise.all(keys.map((key) => call.getRange(key, 0, BLOB_BYTES_MAX)));
    },
    has: async (keys) => (keys.length === 0 ? [] : opened().has(keys)),
    getRange: async (key, start, end) => opened().getRange(key, start, end),
    getStarts: async (keys, bytes) => (keys.length === 0 ? [] : opened().getStarts(keys, bytes)),
    list: async (tenant, page) => opened().list(tenant, page),
    delete: async (keys) => (keys.length === 0 ? 0 : opened().remove(keys)),
    health: () => probeHealth('content', engine, async () => opened().version()),
    close: async () => {
      const closing = worker;
      worker = null;
      if (closing === null) return;
      await closing.close();
    },
  };
}
