/**
 * Requests and responses between the event loop and a worker thread that holds a synchronous engine. One file
 * for both ends, so that they cannot disagree.
 */

import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { invariant, PROBLEMS, Problem, type ProblemCode } from './errors.ts';

interface Request {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Response =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: SentError };

interface SentError {
  readonly code: ProblemCode | null;
  readonly message: string;
  readonly stack: string | undefined;
}

/** What a worker offers: methods whose arguments and results can be cloned. */
export type WorkerApi = { readonly [method: string]: (...args: never[]) => unknown };

type Called<Api extends WorkerApi> = {
  readonly [Method in keyof Api]: (
    ...args: Parameters<Api[Method]>
  ) => Promise<Awaited<ReturnType<Api[Method]>>>;
};

export interface WorkerClient<Api extends WorkerApi> {
  /** Each method as in the worker; a `Problem` thrown there is thrown here, and a dead worker is UNAVAILABLE. */
  readonly call: Called<Api>;
  /** The same, but this memory goes to the thread, where it would be copied: here it is empty from then on. */
  callWith(memory: readonly ArrayBuffer[]): Called<Api>;
  /** Ends the thread; calls still waiting reject. Idempotent. */
  terminate(): Promise<void>;
  /**
   * Ends the thread once its method `close` has let go of what it holds. A thread that has died holds nothing: whoever
   * closes behind it, and other engines after it, must not fail for that.
   */
  close(): Promise<void>;
}

/** Starts a worker from a module that calls {@link serveWorker}. */
export function startWorker<Api extends WorkerApi>(module: URL, workerData?: unknown): WorkerClient<Api> {
  const worker = new Worker(module, { workerData });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let nextId = 0;
  let gone: Problem | null = null;

  const fail = (cause: unknown) => {
    gone ??= new Problem('UNAVAILABLE', 'An engine of this process has stopped. Restart Trellis.', { cause });
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  worker.on('message', (response: Response) => {
    const caller = waiting.get(response.id);
    waiting.delete(response.id);
    if (waiting.size === 0) worker.unref();
    if ('error' in response) caller?.reject(received(response.error));
    else caller?.resolve(response.value);
  });
  worker.on('error', fail);
  worker.on('exit', fail);
  worker.unref();

  const send = (method: string, args: readonly unknown[], memory: readonly ArrayBuffer[] = []) =>
    new Promise<unknown>((resolve, reject) => {
      if (gone !== null) return reject(gone);
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, method, args } satisfies Request, memory);
    });

  const callWith = (memory: readonly ArrayBuffer[]) =>
    new Proxy({} as Called<Api>, {
      get: (_, method) =>
        typeof method === 'string' ? (...args: unknown[]) => send(method, args, memory) : undefined,
    });

  return {
    call: callWith([]),
    callWith,
    terminate: async () => {
      await worker.terminate();
    },
    close: async () => {
      try {
        await send('close', []);
      } catch (error) {
        if (error !== gone) throw error;
      } finally {
        await worker.terminate();
      }
    },
  };
}

/** Answers the calls of {@link startWorker} inside a worker. Calls run side by side where methods are asynchronous. */
export function serveWorker(api: WorkerApi): void {
  invariant(!isMainThread && parentPort, 'serveWorker runs inside a worker thread');
  const port = parentPort;
  port.on('message', async ({ id, method, args }: Request) => {
    try {
      const implementation = api[method] as ((...args: unknown[]) => unknown) | undefined;
      invariant(implementation, `the worker has no method ${method}`);
      port.postMessage({ id, value: await implementation(...args) } satisfies Response);
    } catch (error) {
      port.postMessage({ id, error: sent(error) } satisfies Response);
    }
  });
}

function sent(error: unknown): SentError {
  if (error instanceof Problem) return { code: error.code, message: error.message, stack: error.stack };
  if (error instanceof Error) return { code: null, message: error.message, stack: error.stack };
  return { code: null, message: String(error), stack: undefined };
}

function received({ code, message, stack }: SentError): Error {
  const error = code !== null && code in PROBLEMS ? new Problem(code, message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
