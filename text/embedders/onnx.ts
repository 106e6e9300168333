/** Embeddings from a model on this machine, run by ONNX in a worker thread. Nothing is ever downloaded. */

import { basename, resolve } from 'node:path';
import { invariant, Problem, toProblem } from '../../platform/errors.ts';
import { untilAborted } from '../../platform/until-aborted.ts';
import { startWorker, type WorkerClient } from '../../platform/worker-call.ts';
import type { Embedder, EmbeddingInput } from '../embedder.ts';
import { batchTexts } from './batch-texts.ts';
import type { OnnxWorker } from './onnx.worker.ts';

export interface OnnxEmbedderOptions {
  /** Folder of the model: `config.json`, `tokenizer.json`, `tokenizer_config.json` and `onnx/model.onnx`. */
  readonly folder: string;
  /** Put before every query or passage, where the model asks for it. */
  readonly queryPrefix?: string;
  readonly passagePrefix?: string;
}

/** How much is asked of the worker at once: as much as a caller that gives up leaves behind. */
const BATCH = { textsMax: 16, charsMax: 32_000 };
/** Longer texts exceed most models' context, in characters. */
const TEXT_CHARS_MAX = 8_000;

export function createOnnxEmbedder(options: OnnxEmbedderOptions): Embedder {
  const { queryPrefix = '', passagePrefix = '' } = options;
  const folder = resolve(options.folder);
  let worker: WorkerClient<OnnxWorker> | null = null;
  /** What the worker does, whoever still waits for it: a thread that ends inside the engine takes the process along. */
  const underWay = new Set<Promise<void>>();
  const noted = () => undefined;

  const embedBatch = async (texts: readonly string[], signal: AbortSignal | undefined) => {
    if (signal?.aborted) throw toProblem(signal.reason);
    if (worker === null)
      throw new Problem('UNAVAILABLE', 'The local embedder is not open. Try again once Trellis has started.');
    const asked = worker.call.embed(texts);
    const done = asked.then(noted, noted);
    underWay.add(done);
    void done.then(() => underWay.delete(done));
    return untilAborted(asked, signal).catch((error: unknown) => {
      throw toProblem(error);
    });
  };
  const prefixed = (text: string, input: EmbeddingInput) =>
    `${input === 'query' ? queryPrefix : passagePrefix}${text.slice(0, TEXT_CHARS_MAX)}`;

  return {
    name: `${basename(folder)} (onnx)`,
    semantic: true,
    open: async () => {
      const started = startWorker<OnnxWorker>(new URL('./onnx.worker.ts', import.meta.url), folder);
      try {
        const digest = await started.call.open();
        const [probe] = await started.call.embed([prefixed('Which model is this?', 'query')]);
        invariant(probe, 'one text gives one vector');
        worker = started;
        const prefixes =
          queryPrefix + passagePrefix === '' ? [] : [JSON.stringify([queryPrefix, passagePrefix])];
        return {
          fingerprint: [`onnx:${digest}/${probe.length}`, ...prefixes].join(' '),
          dimensions: probe.length,
        };
      } catch (error) {
        await started.terminate();
        throw error;
      }
    },
    embed: async (texts, input, signal) => {
      const vectors: Float32Array[] = [];
      const prepared = texts.map((text) => prefixed(text, input));
      for (const batch of batchTexts(prepared, BATCH)) vectors.push(...(await embedBatch(batch, signal)));
      return vectors;
    },
    close: async () => {
      const closing = worker;
      worker = null;
      await closing?.call.stop();
      await Promise.all(underWay);
      await closing?.terminate();
    },
  };
}
