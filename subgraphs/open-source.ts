/** How a subscription begins: its source is opened once, and never left open when nobody waits for it any more. */

import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { untilAborted } from '../platform/until-aborted.ts';
import { OperationErrors } from './operation-errors.ts';

/** The events, unless the caller has gone before there are any. Throws what graphql-js says is wrong. */
export async function openSource(args: ExecutionArgs, signal: AbortSignal): Promise<AsyncIterable<unknown>> {
  const opening = createSourceEventStream(args);
  try {
    const source = await untilAborted(opening, signal);
    if (Symbol.asyncIterator in source) return source;
    throw new OperationErrors(source.errors ?? []);
  } catch (error) {
    if (signal.aborted) void opening.then(endSource, () => undefined);
    throw error;
  }
}

function endSource(source: AsyncIterable<unknown> | ExecutionResult): void {
  if (!(Symbol.asyncIterator in source)) return;
  void Promise.resolve(source[Symbol.asyncIterator]().return?.()).catch(() => undefined);
}
