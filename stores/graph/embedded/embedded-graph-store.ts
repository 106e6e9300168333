/** The embedded graph behind the port: Grafeo in a worker thread, bounded in time and in reads side by side. */

import { bulkhead, type IPolicy } from 'cockatiel';
import { Problem } from '../../../platform/errors.ts';
import { probeHealth } from '../../../platform/health-probe.ts';
import type { Log } from '../../../platform/log.ts';
import { untilAborted } from '../../../platform/until-aborted.ts';
import { startWorker, type WorkerClient } from '../../../platform/worker-call.ts';
import type { CallOptions, GraphStore, Statement } from '../graph-store.ts';
import type { EngineOptions, GraphEngine } from './engine.ts';
import { partsOf, type WritePart } from './write-parts.ts';

/** Longest time of a call that brings no bound of its own, in ms. */
const CALL_TIMEOUT_MS = 30_000;
/** Reads that run at once, and those that may wait; more are refused. */
const READS_AT_ONCE = 32;
const READS_WAITING_MAX = 10_000;
/** Writes that may wait for their turn; more are refused. */
const WRITES_WAITING_MAX = 10_000;

export interface EmbeddedGraphOptions extends EngineOptions {
  readonly log: Log;
}

type EngineApi = { [Method in keyof GraphEngine]: GraphEngine[Method] };

export function createEmbeddedGraphStore({ log, ...engineOptions }: EmbeddedGraphOptions): GraphStore {
  const reads = bulkhead(READS_AT_ONCE, READS_WAITING_MAX);
  const writes = bulkhead(1, WRITES_WAITING_MAX);
  let engine: WorkerClient<EngineApi> | null = null;
  let revision = 0;
  let engineName = 'grafeo (embedded)';
  const underWay = new Set<Promise<unknown>>();

  const opened = (): WorkerClient<EngineApi> => {
    if (engine === null)
      throw new Problem('UNAVAILABLE', 'The graph is not open. Try again once Trellis has started.');
    return engine;
  };
  const track = <Value>(call: Promise<Value>): Promise<Value> => {
    underWay.add(call);
    return call.finally(() => underWay.delete(call));
  };

  const read = async <Result>(statement: Statement<Result>, options: CallOptions = {}) => {
    const { call } = opened();
    const { cypher, parameters, page } = statement;
    const run = async () => {
      if (page === undefined) return call.read(cypher, parameters);
      const { rows, notice } = await call.readPage({ cypher, parameters, page });
      if (notice !== null) log.warn({ engine: 'graph' }, notice);
      return rows;
    };
    const rows = await within(options, () => reads.execute(() => track(run())));
    return rows.map((row) => statement.decode(row));
  };

  return {
    numbersNodes: true,
    open: async () => {
      const worker = startWorker<EngineApi>(new URL('./engine.worker.ts', import.meta.url), engineOptions);
      try {
        const state = await worker.call.open();
        for (const notice of state.notices) log.warn({ engine: 'graph' }, notice);
        revision = state.revision;
        engineName = `grafeo ${await worker.call.version()} (embedded)`;
        engine = worker;
      } catch (error) {
        await worker.terminate();
        throw error;
      }
    },
    read,
    beside: async <Result>(module: URL, input: unknown, options: CallOptions = {}) => {
      const { call } = opened();
      const run = () => track(call.runBeside(null, module.href, input));
      return (await within(options, () => reads.execute(run))) as Result;
    },
    write: async (statements, options = {}) => {
      const { call } = opened();
      const parts = partsOf(statements);
      // Made before the turn, so that the engine does not wait for it.
      const first = parts.next();
      const written = await track(inTurn(writes, options, () => writeParts(call, first, parts)));
      revision = Math.max(revision, written.revision);
      return written.rows;
    },
    revision: async () => {
      opened();
      return revision;
    },
    openSnapshot: async () => {
      const { call } = opened();
      const { id, revision: seen } = await track(call.openSnapshot());
      const reading = new Set<Promise<unknown>>();
      const readOf = <Value>(options: CallOptions, run: () => Promise<Value>): Promise<Value> =>
        within(options, () =>
          reads.execute(() => {
            const read = track(run());
            reading.add(read);
            return read.finally(() => reading.delete(read));
          }),
        );
      return {
        revision: seen,
        isBrief: false,
        numbersNodes: true,
        read: async ({ cypher, parameters, decode }, options = {}) => {
          const rows = await readOf(options, () => call.readSnapshot(id, cypher, parameters));
          return rows.map((row) => decode(row));
        },
        beside: async <Result>(module: URL, input: unknown, options: CallOptions = {}) =>
          (await readOf(options, () => call.runBeside(id, module.href, input))) as Result,
        // It is of one engine: what is lost of it is not read at all.
        confirm: async () => undefined,
        close: async () => {
          // Whoever was cut loose has left a read behind, under which the engine closes no view.
          await Promise.allSettled(reading);
          if (engine !== null) await track(call.closeSnapshot(id));
        },
      };
    },
    health: () => probeHealth('graph', engineName, async () => opened().call.read('RETURN 1 AS one', {})),
    close: async () => {
      const worker = engine;
      engine = null;
      if (worker === null) return;
      await Promise.allSettled(underWay);
      await worker.close();
    },
  };
}

/** One part after the other in one transaction; should making one fail, what was applied of it is undone. */
async function writeParts(
  call: WorkerClient<EngineApi>['call'],
  first: IteratorResult<WritePart>,
  others: Iterator<WritePart>,
) {
  const rows: (readonly unknown[])[] = [];
  let revision = 0;
  for (let next = first; next.done !== true; next = await nextPart(call, others)) {
    const { body, last, decode } = next.value;
    const written = await call.write(body, last);
    rows.push(...decode(written.rows));
    revision = written.revision;
  }
  return { rows, revision };
}

async function nextPart(call: WorkerClient<EngineApi>['call'], parts: Iterator<WritePart>) {
  try {
    return parts.next();
  } catch (error) {
    await call.rollback();
    throw error;
  }
}

/**
 * The bound is for the wait. The engine cannot stop what it has begun, so who has their turn learns how it ended: cut
 * loose, they would try again what then happens twice.
 */
async function inTurn<Value>(
  turns: IPolicy,
  options: CallOptions,
  run: () => Promise<Value>,
): Promise<Value> {
  const begun = Promise.withResolvers<void>();
  let left: unknown = null;
  const done = turns.execute(() => {
    if (left !== null) throw left;
    begun.resolve();
    return run();
  });
  try {
    await within(options, () => Promise.race([begun.promise, done]));
  } catch (error) {
    left = error;
    done.catch(() => undefined);
    throw error;
  }
  return done;
}

/**
 * Cuts the caller loose at its bound. The engine has no way to stop a statement, so a read runs to its end; reads are
 * kept short by limits in the statements.
 */
async function within<Value>(options: CallOptions, run: () => Promise<Value>): Promise<Value> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? CALL_TIMEOUT_MS);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  if (signal.aborted) throw toAbortProblem(timeout);
  return untilAborted(run(), signal).catch((error: unknown) => {
    throw error === signal.reason ? toAbortProblem(timeout) : error;
  });
}

function toAbortProblem(timeout: AbortSignal): Problem {
  return timeout.aborted
    ? new Problem('TIMEOUT', 'The graph did not answer in time. Ask for less, or try again.')
    : new Problem('CANCELLED', 'The request was cancelled before the graph answered.');
}
